"""The same pictures, catalogue and command line as where the command line is tested."""

from tests.commands.conftest import data_dir, pictures, run, shared_catalogue

__all__ = ["data_dir", "pictures", "run", "shared_catalogue"]
