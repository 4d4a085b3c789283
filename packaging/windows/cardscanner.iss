; Inno Setup 6 recipe for Windows 10 and newer, 64 bits. In the project's folder, on Windows:
;   py build_app.py package
;   py build_app.py smoke dist\cardscanner
;   iscc /DVersion=0.1.0 packaging\windows\cardscanner.iss
; It asks for no administrator's rights: the program goes to the user's own folder, and somebody who
; has the rights may choose all users. Sign cardscanner.exe, cardscanner-gui.exe and the setup with
;   signtool sign /fd SHA256 /tr TIMESTAMP-SERVER /td SHA256 FILE
; or name that command in Inno Setup's SignTool directive.

#ifndef Version
  #error Say which version: iscc /DVersion=0.1.0 packaging\windows\cardscanner.iss
#endif
#define Name "Cardscanner"
#define Folder "..\..\dist\cardscanner"

[Setup]
; Never to be changed: by this id Windows knows that a newer version replaces an older one.
AppId={{7E0C2B5B-3C0E-4E0B-9A43-5B1C1C6E2D10}
AppName={#Name}
AppVersion={#Version}
AppVerName={#Name} {#Version}
DefaultDirName={autopf}\{#Name}
DefaultGroupName={#Name}
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
MinVersion=10.0.17763
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
LicenseFile=..\..\LICENSE
OutputDir=..\..\dist
OutputBaseFilename=cardscanner-{#Version}-windows-x64-setup
SetupIconFile=..\..\build\pyinstaller\cardscanner\cardscanner.ico
UninstallDisplayIcon={app}\cardscanner-gui.exe
Compression=lzma2/max
SolidCompression=yes
LZMAUseSeparateProcess=yes
WizardStyle=modern
; An open window is asked to close, so that none of its files are in use.
CloseApplications=yes
RestartApplications=no
ChangesEnvironment=yes

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"
Name: "fr"; MessagesFile: "compiler:Languages\French.isl"
Name: "ja"; MessagesFile: "compiler:Languages\Japanese.isl"

[CustomMessages]
en.CommandLine=Make the command “cardscanner” known to terminals
de.CommandLine=Den Befehl „cardscanner“ in Terminals bekannt machen
fr.CommandLine=Rendre la commande « cardscanner » disponible dans les terminaux
ja.CommandLine=ターミナルで「cardscanner」コマンドを使えるようにする

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; GroupDescription: "{cm:AdditionalIcons}"; Flags: unchecked
Name: "commandline"; Description: "{cm:CommandLine}"; Flags: unchecked

[InstallDelete]
; What an older version brought and this one doesn't must not be found by the new program.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Folder}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\{#Name}"; Filename: "{app}\cardscanner-gui.exe"; AppUserModelID: "cardscanner"
Name: "{autodesktop}\{#Name}"; Filename: "{app}\cardscanner-gui.exe"; AppUserModelID: "cardscanner"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "{code:EnvironmentKey}"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: commandline; Check: IsMissingFromPath(ExpandConstant('{app}'))

[Run]
Filename: "{app}\cardscanner-gui.exe"; Description: "{cm:LaunchProgram,{#Name}}"; Flags: nowait postinstall skipifsilent

; Collection, catalogue and settings lie in %LOCALAPPDATA%\cardscanner and are left there.

[Code]
function EnvironmentKey(Unused: string): string;
begin
  if IsAdminInstallMode then
    Result := 'System\CurrentControlSet\Control\Session Manager\Environment'
  else
    Result := 'Environment';
end;

function PathNow(): string;
begin
  if not RegQueryStringValue(HKA, EnvironmentKey(''), 'Path', Result) then
    Result := '';
end;

function IsMissingFromPath(Folder: string): Boolean;
begin
  Result := Pos(';' + Uppercase(Folder) + ';', ';' + Uppercase(PathNow()) + ';') = 0;
end;

procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  Paths, Folder: string;
  Place: Integer;
begin
  if Step <> usPostUninstall then
    Exit;
  Folder := ';' + ExpandConstant('{app}');
  Paths := ';' + PathNow();
  Place := Pos(Uppercase(Folder) + ';', Uppercase(Paths) + ';');
  if Place > 0 then
  begin
    Delete(Paths, Place, Length(Folder));
    RegWriteExpandStringValue(HKA, EnvironmentKey(''), 'Path', Copy(Paths, 2, Length(Paths)));
  end;
end;
