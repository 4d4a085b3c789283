#!/bin/sh
# Makes Cardscanner.app for Apple's and Intel's processors, signs it and packs it into a disk image.
# On a Mac with Apple's processor and Rosetta, in the project's folder:
#
#   PYTHON_ARM64=/path/to/python3 PYTHON_X86_64=/path/to/python3 sh packaging/macos/build.sh
#
# Each Python needs the wheels of its own processor only: not all libraries have universal ones, so the
# program is made twice and both are joined. SIGN_AS names the certificate ("Developer ID
# Application: …"); without it the signature is good for this Mac alone. NOTARY_PROFILE names what
# `xcrun notarytool store-credentials` stored; without it nothing is sent to Apple.
set -eu
cd "$(dirname "$0")/../.."

app=dist/Cardscanner.app
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' cardscanner_gui/__init__.py)

for machine in arm64 x86_64; do
    case $machine in
        arm64) python=${PYTHON_ARM64:?names the Python for Apple\'s processors} ;;
        x86_64) python=${PYTHON_X86_64:?names the Python for Intel\'s processors} ;;
    esac
    rm -rf .venv dist "build/$machine"
    arch "-$machine" "$python" build_app.py package "$@"
    mkdir -p "build/$machine"
    mv dist/Cardscanner.app "build/$machine/"
done

mkdir -p dist
sh packaging/macos/universal2.sh build/arm64/Cardscanner.app build/x86_64/Cardscanner.app "$app"

# From the inside out: a signature covers those of what lies within.
find "$app/Contents/Frameworks" -type f \( -name '*.dylib' -o -name '*.so' \) -print0 |
    xargs -0 codesign --force --timestamp --options runtime --sign "${SIGN_AS:--}"
find "$app/Contents/Frameworks" -type d -name '*.framework' -print0 |
    xargs -0 codesign --force --timestamp --options runtime --sign "${SIGN_AS:--}"
for program in cardscanner cardscanner-gui; do
    codesign --force --timestamp --options runtime --sign "${SIGN_AS:--}" \
        --entitlements packaging/macos/entitlements.plist "$app/Contents/MacOS/$program"
done
codesign --force --timestamp --options runtime --sign "${SIGN_AS:--}" \
    --entitlements packaging/macos/entitlements.plist "$app"
codesign --verify --deep --strict "$app"

image="dist/cardscanner-$version-macos-universal2.dmg"
rm -f "$image"
hdiutil create -volname Cardscanner -srcfolder "$app" -format ULMO "$image"
if [ -n "${NOTARY_PROFILE:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
fi
echo "$image"
