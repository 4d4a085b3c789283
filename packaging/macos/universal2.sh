#!/bin/sh
# Joins two applications that were made for one processor each:
#   sh packaging/macos/universal2.sh ARM64.app X86_64.app TARGET.app
# What both have and is code is joined by lipo, unless it is for both already. What only one has is
# taken as it is: some wheels bring a library under another name for each processor. Where files that
# aren't code differ, Apple's are taken: lists of what was installed, which name the wheel.
set -eu
arm=${1:?the application for Apple\'s processors}
intel=${2:?the application for Intel\'s processors}
target=${3:?what is made}

rm -rf "$target"
cp -R -P "$arm" "$target"

# What only the other one has.
(cd "$intel" && find . \( -type f -o -type l \) -print) | while IFS= read -r file; do
    if [ ! -e "$target/$file" ] && [ ! -L "$target/$file" ]; then
        mkdir -p "$(dirname "$target/$file")"
        cp -P "$intel/$file" "$target/$file"
    fi
done

# What both have.
(cd "$arm" && find . -type f -print) | while IFS= read -r file; do
    if [ ! -f "$intel/$file" ] || [ -L "$intel/$file" ]; then continue; fi
    if cmp -s "$arm/$file" "$intel/$file"; then continue; fi
    if ! lipo -archs "$arm/$file" >/dev/null 2>&1; then continue; fi
    case " $(lipo -archs "$arm/$file") " in
        *" x86_64 "*) continue ;;
    esac
    lipo -create "$arm/$file" "$intel/$file" -output "$target/$file"
done
