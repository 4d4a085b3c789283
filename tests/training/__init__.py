"""Tests of the generator and of training."""
