<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>window</name>
    <message>
        <location filename="core/words.py"/>
        <source> and </source>
        <translation> und </translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>Saved {salvaged}. The damaged file is kept as “{kept}”. Start Cardscanner again.</source>
        <translation>{salvaged} gerettet. Die beschädigte Datei bleibt als „{kept}“ erhalten. Starten Sie Cardscanner neu.</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>Restored {copies:,} cards of {day}. The damaged file is kept as “{kept}”. Start Cardscanner again.</source>
        <translation>{copies:,} Karten vom {day} wiederhergestellt. Die beschädigte Datei bleibt als „{kept}“ erhalten. Starten Sie Cardscanner neu.</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>Cardscanner (safe mode)</source>
        <translation>Cardscanner (abgesicherter Modus)</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>Open Cardscanner's window.</source>
        <translation>Öffnet das Fenster von Cardscanner.</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>pictures or folders to scan at once</source>
        <translation>Bilder oder Ordner, die gleich gescannt werden</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>start live scanning from this camera, video, folder of pictures or stream</source>
        <translation>Live-Scannen mit dieser Kamera, diesem Video, Bilderordner oder Stream beginnen</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>where collection and catalogue are kept</source>
        <translation>wo Sammlung und Katalog liegen</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>start without models, network, pictures of printings, and your settings and layout; collection and catalogue are there</source>
        <translation>ohne Modelle, Netz, Bilder der Drucke und ohne Ihre Einstellungen und Anordnung starten; Sammlung und Katalog sind da</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>There is no card catalogue yet.</source>
        <translation>Es gibt noch keinen Kartenkatalog.</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>Error: {error}</source>
        <translation>Fehler: {error}</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>waiting its turn</source>
        <translation>wartet</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/activity/batches.py"/>
        <source>{n} pictures</source>
        <extracomment>one: {n} picture</extracomment>
        <translation><numerusform>{n} Bild</numerusform><numerusform>{n} Bilder</numerusform></translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>{ended:,} of {pictures}</source>
        <translation>{ended:,} von {pictures}</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>{failed:,} couldn't be read</source>
        <translation>{failed:,} nicht lesbar</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>{same:,} the same as another</source>
        <translation>{same:,} gleich wie ein anderes</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>{counted_before:,} scanned before</source>
        <translation>{counted_before:,} schon früher gescannt</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>{name}: how far it is</source>
        <translation>{name}: wie weit er ist</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Pause: the picture that is being read is finished, the others wait</source>
        <translation>Anhalten: Das Bild, das gerade gelesen wird, wird fertig, die anderen warten</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Go on with the rest</source>
        <translation>Mit dem Rest weitermachen</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Read the {pictures} again that failed</source>
        <translation>Fehlgeschlagenes noch einmal lesen ({pictures})</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Take all cards of this batch back, out of your collection and Review</source>
        <translation>Alle Karten dieses Stapels zurücknehmen, aus Ihrer Sammlung und aus „Prüfen“</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Cancel what is left; what was recorded stays</source>
        <translation>Den Rest abbrechen; was schon festgehalten ist, bleibt</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Drop a folder of pictures on the scan page, and it is a batch.</source>
        <translation>Legen Sie einen Bilderordner auf der Seite „Scannen“ ab, und er ist ein Stapel.</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Take back</source>
        <translation>Zurücknehmen</translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>Times, caches and curves ▸</source>
        <translation>Zeiten, Zwischenspeicher und Kurven ▸</translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>Times, caches and curves ▾</source>
        <translation>Zeiten, Zwischenspeicher und Kurven ▾</translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>How long each step took, how often an answer was known before</source>
        <translation>Wie lange jeder Schritt dauerte, wie oft eine Antwort schon bekannt war</translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>Batches</source>
        <translation>Stapel</translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>What happened to each card</source>
        <translation>Was mit jeder Karte geschah</translation>
    </message>
    <message>
        <location filename="qt/activity/charts.py"/>
        <source>{title}, the last five minutes</source>
        <translation>{title}, die letzten fünf Minuten</translation>
    </message>
    <message>
        <location filename="qt/activity/charts.py"/>
        <source>5 minutes ago</source>
        <translation>vor 5 Minuten</translation>
    </message>
    <message>
        <location filename="qt/activity/charts.py"/>
        <source>most {words}</source>
        <translation>höchstens {words}</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Time a picture</source>
        <translation>Zeit je Bild</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Cards a minute</source>
        <translation>Karten je Minute</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Processor</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Time by step</source>
        <translation>Zeit nach Schritt</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Found in caches</source>
        <translation>In Zwischenspeichern gefunden</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>in use by Cardscanner</source>
        <translation>von Cardscanner benutzt</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>of all cores</source>
        <translation>aller Kerne</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Where the time goes</source>
        <translation>Wohin die Zeit geht</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Known before</source>
        <translation>Schon bekannt</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Reading model</source>
        <translation>Lesemodell</translation>
    </message>
    <message>
        <location filename="qt/activity/log.py"/>
        <source>Decisions, newest first</source>
        <translation>Entscheidungen, die neuesten zuerst</translation>
    </message>
    <message>
        <location filename="qt/activity/log.py"/>
        <source>Why each answer was given, newest first (Ctrl+C copies)</source>
        <translation>Warum jede Antwort gegeben wurde, die neuesten zuerst (Strg+C kopiert)</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Since {fromtimestamp:%H:%M}</source>
        <translation>Seit {fromtimestamp:%H:%M}</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Since start</source>
        <translation>Seit dem Start</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>All time</source>
        <translation>Insgesamt</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Took back {cards} of this batch</source>
        <translation>{cards} dieses Stapels zurückgenommen</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Nothing has happened yet</source>
        <translation>Es ist noch nichts geschehen</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Scan a card, and this page shows how many there were today, how long one took, and why each answer was given.</source>
        <translation>Scannen Sie eine Karte, und diese Seite zeigt, wie viele es heute waren, wie lange eine dauerte und warum jede Antwort gegeben wurde.</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Scan some cards</source>
        <translation>Karten scannen</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Activity</source>
        <translation>Aktivität</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Figures since the program was started</source>
        <translation>Zahlen seit dem Start des Programms</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Figures of all times that it was used</source>
        <translation>Zahlen seit der ersten Benutzung</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/activity/page.py"/>
        <source>{n} cards</source>
        <extracomment>one: {n} card</extracomment>
        <translation><numerusform>{n} Karte</numerusform><numerusform>{n} Karten</numerusform></translation>
    </message>
    <message>
        <location filename="qt/activity/space.py"/>
        <source>collection and photos</source>
        <translation>Sammlung und Fotos</translation>
    </message>
    <message>
        <location filename="qt/activity/space.py"/>
        <source>other</source>
        <translation>anderes</translation>
    </message>
    <message>
        <location filename="qt/activity/space.py"/>
        <source>catalogue</source>
        <translation>Katalog</translation>
    </message>
    <message>
        <location filename="qt/activity/space.py"/>
        <source>backups</source>
        <translation>Sicherungen</translation>
    </message>
    <message>
        <location filename="qt/activity/space.py"/>
        <source>models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <location filename="qt/activity/space.py"/>
        <source>logs</source>
        <translation>Protokolle</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>What is done to each picture, in this order</source>
        <translation>Was mit jedem Bild gemacht wird, in dieser Reihenfolge</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>By</source>
        <translation>Durch</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Who did it</source>
        <translation>Wer es gemacht hat</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Times</source>
        <translation>Anzahl</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>How often it was done</source>
        <translation>Wie oft es gemacht wurde</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Half of them took less</source>
        <translation>Die Hälfte dauerte kürzer</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>19 of 20 took less</source>
        <translation>19 von 20 dauerten kürzer</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>99 of 100 took less</source>
        <translation>99 von 100 dauerten kürzer</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Cache</source>
        <translation>Zwischenspeicher</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Where an earlier answer is looked for, in this order</source>
        <translation>Wo eine frühere Antwort gesucht wird, in dieser Reihenfolge</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>For the</source>
        <translation>Für</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>What would be answered again</source>
        <translation>Was wieder beantwortet würde</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Asked</source>
        <translation>Gefragt</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>How often it was looked for</source>
        <translation>Wie oft gesucht wurde</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Found</source>
        <translation>Gefunden</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>How much of it was found</source>
        <translation>Wie viel davon gefunden wurde</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>{percent} of today's cards</source>
        <translation>{percent} der heutigen Karten</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>none yet</source>
        <translation>noch keine</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>{kept:,} in your collection</source>
        <translation>{kept:,} in Ihrer Sammlung</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>it asks where it isn't sure</source>
        <translation>wo es unsicher ist, fragt es</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>it was sure of all of them</source>
        <translation>es war bei allen sicher</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>Cards today</source>
        <translation>Karten heute</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>Cards that were scanned since midnight</source>
        <translation>Karten, die seit Mitternacht gescannt wurden</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>Time a card</source>
        <translation>Zeit je Karte</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>From opening the picture to the last answer, shared among its cards</source>
        <translation>Vom Öffnen des Bildes bis zur letzten Antwort, auf seine Karten verteilt</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>How many of today's cards it wasn't sure of: it asks rather than guesses</source>
        <translation>Bei wie vielen Karten von heute es unsicher war: es fragt, statt zu raten</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>Space used</source>
        <translation>Belegter Platz</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>What everything in the data folder takes on the disk</source>
        <translation>Was alles im Datenordner auf der Festplatte belegt</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>{asked:,} of {cards:,}</source>
        <translation>{asked:,} von {cards:,}</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>{waiting:,} waiting for you</source>
        <translation>{waiting:,} warten auf Sie</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>{rejected:,} rejected</source>
        <translation>{rejected:,} abgelehnt</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>since the program was started</source>
        <translation>seit dem Start des Programms</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>over all time</source>
        <translation>insgesamt</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>nothing was measured yet</source>
        <translation>noch nichts gemessen</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Whole picture</source>
        <translation>Ganzes Bild</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Open the picture</source>
        <translation>Bild öffnen</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Search the caches</source>
        <translation>Zwischenspeicher durchsuchen</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Find the cards</source>
        <translation>Karten finden</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Straighten</source>
        <translation>Geraderichten</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Check what was known</source>
        <translation>Bekanntes prüfen</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Read the text</source>
        <translation>Text lesen</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Look it up</source>
        <translation>Nachschlagen</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Look ahead</source>
        <translation>Vorausschauen</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Ask the model</source>
        <translation>Modell fragen</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Text recognition</source>
        <translation>Texterkennung</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Card finder</source>
        <translation>Kartenfinder</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Catalogue</source>
        <translation>Katalog</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>This program</source>
        <translation>Dieses Programm</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Redis</source>
        <translation>Redis</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Database</source>
        <translation>Datenbank</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>same picture</source>
        <translation>gleiches Bild</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>same card</source>
        <translation>gleiche Karte</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{ms:.1f} min</source>
        <translation>{ms:.1f} min</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{seconds:.1f} hours left</source>
        <translation>noch {seconds:.1f} Stunden</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{cards} from {pictures}</source>
        <translation>{cards} aus {pictures}</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{ms:.1f} ms</source>
        <translation>{ms:.1f} ms</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{ms:.0f} ms</source>
        <translation>{ms:.0f} ms</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{size:,.0f} MB</source>
        <translation>{size:,.0f} MB</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{size:.1f} GB</source>
        <translation>{size:.1f} GB</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>a few seconds left</source>
        <translation>noch ein paar Sekunden</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{ceil} seconds left</source>
        <translation>noch {ceil} Sekunden</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{minutes} left</source>
        <translation>noch {minutes}</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>no picture yet</source>
        <translation>noch kein Bild</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>half of all pictures take less</source>
        <translation>die Hälfte aller Bilder dauert kürzer</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{milliseconds} saved, {speculation_adopted:,} of {speculation_adopted2:,} used</source>
        <translation>{milliseconds} gespart, {speculation_adopted:,} von {speculation_adopted2:,} benutzt</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>while reading, {words}</source>
        <translation>beim Lesen, {words}</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Of all answers</source>
        <translation>Von allen Antworten</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Answers that came from a cache, of all answers</source>
        <translation>Antworten aus einem Zwischenspeicher, von allen Antworten</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Read ahead</source>
        <translation>Vorausgelesen</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Work that was begun before the card lay still, and the time that it saved</source>
        <translation>Arbeit, die begann, bevor die Karte still lag, und die Zeit, die das sparte</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Expected card came</source>
        <translation>Erwartete Karte kam</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>How often the next card was the one that was expected after the last</source>
        <translation>Wie oft die nächste Karte die war, die nach der letzten erwartet wurde</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Model switches</source>
        <translation>Modellwechsel</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>How often another reading model was loaded in place of the one before</source>
        <translation>Wie oft ein anderes Lesemodell an die Stelle des vorigen geladen wurde</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Agreed</source>
        <translation>Bestätigt</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>It read what the answer says</source>
        <translation>Es las, was die Antwort sagt</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Added</source>
        <translation>Hinzugefügt</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>It read what nobody had read before</source>
        <translation>Es las, was noch niemand gelesen hatte</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Settled</source>
        <translation>Entschieden</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Cards that were unsure without it</source>
        <translation>Karten, die ohne das Modell unsicher waren</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Contradicted</source>
        <translation>Widersprochen</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>It read something else, and was sure</source>
        <translation>Es las etwas anderes und war sicher</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Refused by the control</source>
        <translation>Von der Kontrolle abgelehnt</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>It confirmed what was expected, but does so on a blank card too</source>
        <translation>Es bestätigte das Erwartete, tut das aber auch bei einer leeren Karte</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Cards that a model has read too</source>
        <translation>Karten, die ein Modell mitgelesen hat</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Looked at ahead</source>
        <translation>Vorausgesehen</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Pictures that the model knew already when it began to read</source>
        <translation>Bilder, die das Modell schon kannte, als es zu lesen begann</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>How the model uses this computer: see Reading models</source>
        <translation>Wie das Modell diesen Rechner benutzt: siehe Lesemodelle</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>memory locked</source>
        <translation>Speicher festgehalten</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/activity/words.py"/>
        <source>{n} minutes</source>
        <extracomment>one: {n} minute</extracomment>
        <translation><numerusform>{n} Minute</numerusform><numerusform>{n} Minuten</numerusform></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source> (limit {megabytes})</source>
        <translation> (Grenze {megabytes})</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>memory not locked{limit}</source>
        <translation>Speicher nicht festgehalten{limit}</translation>
    </message>
    <message>
        <location filename="qt/card/asked.py"/>
        <source>{name}: which of {in_words}?</source>
        <translation>{name}: welche von {in_words}?</translation>
    </message>
    <message>
        <location filename="qt/card/asked.py"/>
        <source>{name}: is it this one?</source>
        <translation>{name}: ist es diese?</translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>Read by</source>
        <translation>Gelesen von</translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>Set code {code}</source>
        <translation>Set-Kürzel {code}</translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>Number {number}</source>
        <translation>Nummer {number}</translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>Reading…</source>
        <translation>Wird gelesen…</translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>No name read</source>
        <translation>Kein Name gelesen</translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>Set not settled</source>
        <translation>Set noch offen</translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>No number read</source>
        <translation>Keine Nummer gelesen</translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>{text} (not sure)</source>
        <translation>{text} (unsicher)</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>not sure, Y confirms</source>
        <translation>unsicher, Y bestätigt</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>suggested, Y confirms</source>
        <translation>Vorschlag, Y bestätigt</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>Finish</source>
        <translation>Ausführung</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>The printing exists in more than one finish, and the picture doesn't tell for sure.
Confirm that this one is right (Y), or choose another.</source>
        <translation>Der Druck existiert in mehr als einer Ausführung, und das Bild sagt es nicht sicher.
Bestätigen Sie diese (Y) oder wählen Sie eine andere.</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>The printing exists in several languages, and the picture doesn't tell which.
Confirm that this one is right (Y), or choose another.</source>
        <translation>Den Druck gibt es in mehreren Sprachen, und das Bild verrät nicht, in welcher.
Bestätigen Sie diese (Y), oder wählen Sie eine andere.</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>Condition</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>Copies</source>
        <translation>Exemplare</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>Signed, from a trade, in the red binder…</source>
        <translation>Signiert, aus einem Tausch, im roten Ordner…</translation>
    </message>
    <message>
        <location filename="qt/card/other_match.py"/>
        <source>Type a code or a name: PAL 12</source>
        <translation>Kürzel oder Name eingeben: PAL 12</translation>
    </message>
    <message>
        <location filename="qt/card/other_match.py"/>
        <source>Search the catalogue</source>
        <translation>Katalog durchsuchen</translation>
    </message>
    <message>
        <location filename="qt/card/other_match.py"/>
        <source>Printings found</source>
        <translation>Gefundene Drucke</translation>
    </message>
    <message>
        <location filename="qt/card/other_match.py"/>
        <source>Nothing in the catalogue fits “{text}”</source>
        <translation>Nichts im Katalog passt zu „{text}“</translation>
    </message>
    <message>
        <location filename="qt/card/other_match_dialog.py"/>
        <source>Other match</source>
        <translation>Andere Zuordnung</translation>
    </message>
    <message>
        <location filename="qt/card/other_match_dialog.py"/>
        <source>Which printing is it?</source>
        <translation>Welcher Druck ist es?</translation>
    </message>
    <message>
        <location filename="qt/card/other_match_dialog.py"/>
        <source>Use this one</source>
        <translation>Diesen nehmen</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Tags</source>
        <translation>Schlagwörter</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>for trade, signed</source>
        <translation>zum Tauschen, signiert</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Folder or binder</source>
        <translation>Ordner oder Album</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Red binder</source>
        <translation>Rotes Album</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Position</source>
        <translation>Position</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>page 3, 4</source>
        <translation>Seite 3, 4</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Price paid</source>
        <translation>Bezahlt</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Currency</source>
        <translation>Währung</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Bought on</source>
        <translation>Gekauft am</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Graded by</source>
        <translation>Bewertet von</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Grade</source>
        <translation>Note</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Certificate</source>
        <translation>Zertifikat</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Stamp or pattern</source>
        <translation>Stempel oder Muster</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>staff, Poké Ball</source>
        <translation>Staff, Pokéball</translation>
    </message>
    <message>
        <location filename="qt/card/own_values.py"/>
        <source>“{typed}” is no price: write 12.50.</source>
        <translation>„{typed}“ ist kein Preis: schreiben Sie 12.50.</translation>
    </message>
    <message>
        <location filename="qt/card/own_values.py"/>
        <source>“{typed}” is no date: write 2025-03-14.</source>
        <translation>„{typed}“ ist kein Datum: schreiben Sie 2025-03-14.</translation>
    </message>
    <message>
        <location filename="qt/card/picture_view.py"/>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <location filename="qt/card/read_by.py"/>
        <source>Known from before</source>
        <translation>Von früher bekannt</translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>Closer</source>
        <translation>Näher</translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>Ctrl++, or the wheel</source>
        <translation>Strg++ oder das Mausrad</translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>Further away</source>
        <translation>Weiter weg</translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>Ctrl+−, or the wheel</source>
        <translation>Strg+− oder das Mausrad</translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>All of it</source>
        <translation>Ganz</translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>Ctrl+0, or a double click</source>
        <translation>Strg+0 oder ein Doppelklick</translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>Turn</source>
        <translation>Drehen</translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>{name}: picture</source>
        <translation>{name}: Bild</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>Add cards</source>
        <translation>Karten hinzufügen</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>List of cards</source>
        <translation>Kartenliste</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>One card a line, such as
PAL 12 x2
3 Sprigatito SVI 13</source>
        <translation>Eine Karte je Zeile, wie
PAL 12 x2
3 Sprigatito SVI 13</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>What the lines mean</source>
        <translation>Was die Zeilen bedeuten</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>You wrote</source>
        <translation>Ihre Zeile</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>Card</source>
        <translation>Karte</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>1 to {most:,} copies, please</source>
        <translation>bitte 1 bis {most:,} Exemplare</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>Add {cards}</source>
        <translation>{cards} hinzufügen</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>{lines} without a card: they are left out.</source>
        <translation>{lines} ohne Karte: sie werden ausgelassen.</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>Which one?</source>
        <translation>Welche?</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/collection/add_dialog.py"/>
        <source>{n} lines</source>
        <extracomment>one: {n} line</extracomment>
        <translation><numerusform>{n} Zeile</numerusform><numerusform>{n} Zeilen</numerusform></translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>Not found</source>
        <translation>Nicht gefunden</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>copies</source>
        <translation>Exemplare</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>price</source>
        <translation>Preis</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>currency</source>
        <translation>Währung</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>bought on</source>
        <translation>gekauft am</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>card</source>
        <translation>Karte</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>finish confirmed</source>
        <translation>Ausführung bestätigt</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>language confirmed</source>
        <translation>Sprache bestätigt</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>finish</source>
        <translation>Ausführung</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>position</source>
        <translation>Position</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>graded by</source>
        <translation>bewertet von</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>certificate</source>
        <translation>Zertifikat</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>line {field}</source>
        <translation>Zeile {field}</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>Changes</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>What was done to your collection, the last first. Edit → Undo takes back what was done since the program started.</source>
        <translation>Was mit Ihrer Sammlung gemacht wurde, das Letzte zuerst. Bearbeiten → Rückgängig nimmt zurück, was seit dem Start des Programms gemacht wurde.</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>Nothing was changed yet.</source>
        <translation>Es wurde noch nichts geändert.</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>Where</source>
        <translation>Wo</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>Scans</source>
        <translation>Scans</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Set</source>
        <translation>Set</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Number</source>
        <translation>Nummer</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Rarity</source>
        <translation>Seltenheit</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Code</source>
        <translation>Kürzel</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Price</source>
        <translation>Preis</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Bought</source>
        <translation>Gekauft</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Stamp</source>
        <translation>Stempel</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>Trash</source>
        <translation>Papierkorb</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>The last ones first. What was deleted stays here for 30 days.</source>
        <translation>Die letzten zuerst. Gelöschtes bleibt 30 Tage hier.</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>Put back</source>
        <translation>Zurücklegen</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>The Trash is empty.</source>
        <translation>Der Papierkorb ist leer.</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>{set_line} · {number_line} · deleted {words}</source>
        <translation>{set_line} · {number_line} · gelöscht {words}</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>{lines} back in your collection</source>
        <translation>{lines} wieder in Ihrer Sammlung</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>Delete {lines} of your collection?</source>
        <translation>{lines} Ihrer Sammlung löschen?</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>They stay in the Trash for 30 days.</source>
        <translation>Sie bleiben 30 Tage im Papierkorb.</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>Delete {lines:,}</source>
        <translation>{lines:,} löschen</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source> (not sure)</source>
        <translation> (unsicher)</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Scans of this card</source>
        <translation>Scans dieser Karte</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Card details</source>
        <translation>Einzelheiten der Karte</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Other printings</source>
        <translation>Andere Drucke</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Facts</source>
        <translation>Angaben</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Scans ({scans})</source>
        <translation>Scans ({scans})</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Other printings ({printings})</source>
        <translation>Andere Drucke ({printings})</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>No picture</source>
        <translation>Kein Bild</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>you have {copies}</source>
        <translation>Sie haben {copies}</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>not in your collection</source>
        <translation>nicht in Ihrer Sammlung</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Paid</source>
        <translation>Bezahlt</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Graded</source>
        <translation>Bewertet</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>From</source>
        <translation>Aus</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Series</source>
        <translation>Serie</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Exists as</source>
        <translation>Gibt es als</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Names</source>
        <translation>Namen</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Id</source>
        <translation>Kennung</translation>
    </message>
    <message>
        <location filename="qt/collection/dialogs.py"/>
        <source>{lines} of your collection: {label}</source>
        <translation>{lines} Ihrer Sammlung: {label}</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>{lines} to write</source>
        <translation>{lines} zu schreiben</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Wrote {lines} to {name}</source>
        <translation>{lines} in {name} geschrieben</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>The whole collection</source>
        <translation>Die ganze Sammlung</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>What the search “{text}” found</source>
        <translation>Was die Suche „{text}“ fand</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Choose the file to write</source>
        <translation>Die zu schreibende Datei wählen</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>The first rows of the file</source>
        <translation>Die ersten Zeilen der Datei</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>What was left out, and why</source>
        <translation>Was ausgelassen wurde, und warum</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Export your collection</source>
        <translation>Sammlung exportieren</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Export a session</source>
        <translation>Sitzung exportieren</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Writing…</source>
        <translation>Wird geschrieben…</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Looking at the cards…</source>
        <translation>Karten werden durchgesehen…</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>; {cards} left out:</source>
        <translation>; {cards} ausgelassen:</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Export to</source>
        <translation>Exportieren nach</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>CSV files (*.csv)</source>
        <translation>CSV-Dateien (*.csv)</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Only what is selected ({lines})</source>
        <translation>Nur die Auswahl ({lines})</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Only what is selected</source>
        <translation>Nur die Auswahl</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Cards</source>
        <translation>Karten</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Say which file to write</source>
        <translation>Nennen Sie die zu schreibende Datei</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>{name} is there already: press again to replace it</source>
        <translation>{name} gibt es schon: noch einmal drücken, um sie zu ersetzen</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>; not all that you noted of them:</source>
        <translation>; nicht alles, was Sie dazu vermerkt haben:</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>{part}: no place for it, {lines}</source>
        <translation>{part}: hier kein Platz dafür, {lines}</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>… and {left_out:,} more</source>
        <translation>… und {left_out:,} weitere</translation>
    </message>
    <message>
        <location filename="qt/collection/grid_view.py"/>
        <source>Collection</source>
        <translation>Sammlung</translation>
    </message>
    <message>
        <location filename="qt/collection/group_headings.py"/>
        <source> in {lines}</source>
        <translation> in {lines}</translation>
    </message>
    <message>
        <location filename="qt/collection/group_headings.py"/>
        <source>In no folder</source>
        <translation>In keinem Ordner</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>The same file was imported before, and its cards are in your collection. Importing it again counts them once more.</source>
        <translation>Dieselbe Datei wurde schon importiert, und ihre Karten sind in Ihrer Sammlung. Noch einmal importiert, werden sie doppelt gezählt.</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Line</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>{title}: {rows} to add</source>
        <translation>{title}: {rows} hinzuzufügen</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Imported {cards} from {name}</source>
        <translation>{cards} aus {name} importiert</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Import</source>
        <translation>Importieren</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>A CSV file of another program, or one of your exports</source>
        <translation>Eine CSV-Datei eines anderen Programms oder einer Ihrer Exporte</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Choose the file to read</source>
        <translation>Die zu lesende Datei wählen</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>As its columns say</source>
        <translation>Wie die Spalten sagen</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Cards that would be added</source>
        <translation>Karten, die hinzukämen</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Rows that wait for you, and why</source>
        <translation>Zeilen, die auf Sie warten, und warum</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Import cards</source>
        <translation>Karten importieren</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Waiting in Review after the import</source>
        <translation>Wartet nach dem Import in „Prüfen“</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Looking into it…</source>
        <translation>Wird angesehen…</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Importing…</source>
        <translation>Wird importiert…</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Import from</source>
        <translation>Importieren aus</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Tables (*.csv *.tsv *.txt);;All files (*)</source>
        <translation>Tabellen (*.csv *.tsv *.txt);;Alle Dateien (*)</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Choose a file to see what it would bring</source>
        <translation>Wählen Sie eine Datei, um zu sehen, was sie bringt</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>, {waiting:,} for Review</source>
        <translation>, {waiting:,} zu prüfen</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>, {none:,} without copies</source>
        <translation>, {none:,} ohne Exemplar</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>; {waiting:,} wait in Review</source>
        <translation>; {waiting:,} warten in „Prüfen“</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Nothing was imported</source>
        <translation>Nichts wurde importiert</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Written by</source>
        <translation>Geschrieben von</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Looking into it: {rows:,} rows so far…</source>
        <translation>Wird angesehen: bisher {rows:,} Zeilen…</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/collection/import_dialog.py"/>
        <source>{n} rows</source>
        <extracomment>one: {n} row</extracomment>
        <translation><numerusform>{n} Zeile</numerusform><numerusform>{n} Zeilen</numerusform></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>… and {more:,} more</source>
        <translation>… und {more:,} weitere</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Import once more</source>
        <translation>Noch einmal importieren</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Other match…</source>
        <translation>Zuordnung…</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>This is another printing (M)</source>
        <translation>Das ist ein anderer Druck (M)</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Details…</source>
        <translation>Details…</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>All that is known of this card (Enter)</source>
        <translation>Alles, was über diese Karte bekannt ist (Eingabe)</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Delete from the collection (Del)</source>
        <translation>Aus der Sammlung löschen (Entf)</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>−1 each</source>
        <translation>je −1</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Take one copy from each selected line; one is always left</source>
        <translation>Von jeder gewählten Zeile ein Exemplar wegnehmen; eines bleibt immer</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>+1 each</source>
        <translation>je +1</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Add one copy to each selected line</source>
        <translation>Zu jeder gewählten Zeile ein Exemplar hinzufügen</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Delete {number:,}</source>
        <translation>{number:,} löschen</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>{entries} selected</source>
        <translation>{entries} ausgewählt</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Select a card to see it here</source>
        <translation>Wählen Sie eine Karte aus, um sie hier zu sehen</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>What you change here changes in all of them.</source>
        <translation>Was Sie hier ändern, ändert sich in allen.</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/collection/inspector.py"/>
        <source>{n} entries</source>
        <extracomment>one: {n} entry</extracomment>
        <translation><numerusform>{n} Eintrag</numerusform><numerusform>{n} Einträge</numerusform></translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Your collection is empty</source>
        <translation>Ihre Sammlung ist leer</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Cards you keep are listed here, to sort, search, edit and export.</source>
        <translation>Karten, die Sie behalten, stehen hier, zum Sortieren, Suchen, Bearbeiten und Exportieren.</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Clear the search</source>
        <translation>Suche leeren</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Add…</source>
        <translation>Hinzufügen…</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Write cards to a file for another program (Ctrl+E)</source>
        <translation>Karten in eine Datei für ein anderes Programm schreiben (Strg+E)</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Add cards by hand, or a list of their numbers</source>
        <translation>Karten von Hand oder aus einer Liste ihrer Nummern hinzufügen</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>The selected card</source>
        <translation>Die gewählte Karte</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>No card in your collection fits “{text}”.</source>
        <translation>Keine Karte in Ihrer Sammlung passt zu „{text}“.</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Lines that became the same are one line now</source>
        <translation>Gleich gewordene Zeilen sind jetzt eine</translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>Put into folder…</source>
        <translation>In einen Ordner legen…</translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>Copy as text</source>
        <translation>Als Text kopieren</translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>Folder or binder:</source>
        <translation>Ordner oder Album:</translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>Tag:</source>
        <translation>Schlagwort:</translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>One copy more each</source>
        <translation>Je ein Exemplar mehr</translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>One copy less each</source>
        <translation>Je ein Exemplar weniger</translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>Add a tag…</source>
        <translation>Schlagwort hinzufügen…</translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>Take off “{tag}”</source>
        <translation>„{tag}“ entfernen</translation>
    </message>
    <message>
        <location filename="qt/collection/search_field.py"/>
        <source>Search the collection (Ctrl+F)

char  or  “PAL 12”: words anywhere
set:PAL  rarity:rare  finish:reverse  lang:ja
qty&gt;1  number:1..20  condition&gt;=EX  grade&gt;=9  price&lt;5
tag:"for trade"  folder:red  -tag:*  has:photo
added:today  added:30d  bought:2025-03</source>
        <translation>Sammlung durchsuchen (Strg+F)

char  oder  “PAL 12”: Wörter irgendwo
set:PAL  rarity:rare  finish:reverse  lang:ja
qty&gt;1  number:1..20  condition&gt;=EX  grade&gt;=9  price&lt;5
tag:"for trade"  folder:red  -tag:*  has:photo
added:today  added:30d  bought:2025-03</translation>
    </message>
    <message>
        <location filename="qt/collection/search_field.py"/>
        <source>Search: name, set, number, set:PAL qty&gt;1 …</source>
        <translation>Suche: Name, Set, Nummer, set:PAL qty&gt;1 …</translation>
    </message>
    <message>
        <location filename="qt/collection/search_field.py"/>
        <source>Search the collection</source>
        <translation>Sammlung durchsuchen</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Filters</source>
        <translation>Filter</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Searches that you saved</source>
        <translation>Suchen, die Sie gespeichert haben</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Save this search…</source>
        <translation>Diese Suche speichern…</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Save this search</source>
        <translation>Diese Suche speichern</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Name:</source>
        <translation>Name:</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>One line for each card</source>
        <translation>Eine Zeile für jede Karte</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Your photos of the cards</source>
        <translation>Ihre Fotos der Karten</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>No filter is saved yet</source>
        <translation>Noch kein Filter gespeichert</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Values</source>
        <translation>Werte</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Show what cards are worth</source>
        <translation>Zeigen, was Karten wert sind</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Marketplace</source>
        <translation>Marktplatz</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Totals</source>
        <translation>Summen</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Ask for prices now</source>
        <translation>Preise jetzt anfragen</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>By set</source>
        <translation>Nach Set</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>By folder</source>
        <translation>Nach Ordner</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Worth</source>
        <translation>Wert</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Over time</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>No price is known yet</source>
        <translation>Noch kein Preis bekannt</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>{copies:,} of {cards} have a price at {currenttext}; the oldest is of {day}. Stamped and graded cards are left out: the price of the plain card isn't theirs.</source>
        <translation>{copies:,} von {cards} haben einen Preis bei {currenttext}; der älteste ist vom {day}. Gestempelte und bewertete Karten sind ausgelassen: der Preis der einfachen Karte ist nicht ihrer.</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>The curve begins with the second day on which prices came.</source>
        <translation>Die Kurve beginnt mit dem zweiten Tag, an dem Preise kamen.</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>What the collection was worth, day by day</source>
        <translation>Was die Sammlung wert war, Tag für Tag</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Nothing is asked for while the settings say to stay offline.</source>
        <translation>Es wird nichts angefragt, solange die Einstellungen verlangen, offline zu bleiben.</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Asking for prices: {cards} so far…</source>
        <translation>Preise werden angefragt: bisher {cards}…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Open pictures…</source>
        <translation>Bilder &amp;öffnen…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Open &amp;folder…</source>
        <translation>O&amp;rdner öffnen…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Watch a folder…</source>
        <translation>Ordner &amp;beobachten…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Import…</source>
        <translation>&amp;Importieren…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Export…</source>
        <translation>&amp;Exportieren…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Back up…</source>
        <translation>&amp;Sichern…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Restore a backup…</source>
        <translation>Sicherung &amp;wiederherstellen…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Settings…</source>
        <translation>Ei&amp;nstellungen…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Reading &amp;models…</source>
        <translation>Lese&amp;modelle…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Quit</source>
        <translation>Beende&amp;n</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Find</source>
        <translation>&amp;Suchen</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Select &amp;all</source>
        <translation>&amp;Alles auswählen</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Delete</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Trash…</source>
        <translation>&amp;Papierkorb…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Add cards…</source>
        <translation>Karten &amp;hinzufügen…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Changes…</source>
        <translation>Än&amp;derungen…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Card</source>
        <translation>&amp;Karte</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Keep</source>
        <translation>&amp;Behalten</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Keep &amp;all that ask the same</source>
        <translation>&amp;Alle mit derselben Frage behalten</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Re&amp;ject</source>
        <translation>Ab&amp;lehnen</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Other &amp;match…</source>
        <translation>Andere &amp;Zuordnung…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Later</source>
        <translation>&amp;Später</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Finish and language are right</source>
        <translation>&amp;Ausführung und Sprache stimmen</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Stop scanning</source>
        <translation>Scannen an&amp;halten</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Pa&amp;use the batch</source>
        <translation>Stapel a&amp;nhalten</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Go on with the batch</source>
        <translation>Mit dem Stapel &amp;weitermachen</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Rejected &amp;cards…</source>
        <translation>Abgelehnte &amp;Karten…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Pictures that couldn't be read…</source>
        <translation>Nicht lesbare B&amp;ilder…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Picture c&amp;loser</source>
        <translation>Bild &amp;näher</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Picture f&amp;urther away</source>
        <translation>Bild wei&amp;ter weg</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Whole picture</source>
        <translation>&amp;Ganzes Bild</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Turn the picture</source>
        <translation>Bild &amp;drehen</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Values…</source>
        <translation>&amp;Werte…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>C&amp;atalogue</source>
        <translation>Katal&amp;og</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Update the card catalogue</source>
        <translation>Kartenkatalog &amp;aktualisieren</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Stop the update</source>
        <translation>Aktualisierung an&amp;halten</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Match waiting cards again</source>
        <translation>Wartende Karten neu &amp;zuordnen</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Fetch pictures of the printings…</source>
        <translation>&amp;Bilder der Drucke holen…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Guide</source>
        <translation>&amp;Anleitung</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Keys</source>
        <translation>&amp;Tasten</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Welcome…</source>
        <translation>&amp;Willkommen…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;About Cardscanner</source>
        <translation>Ü&amp;ber Cardscanner</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Mark candidate &amp;{number}</source>
        <translation>Vorschlag &amp;{number} markieren</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Live</source>
        <translation>&amp;Live</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>C&amp;olours</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>As the s&amp;ystem</source>
        <translation>Wie das S&amp;ystem</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Scan</source>
        <translation>&amp;Scannen</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Review</source>
        <translation>&amp;Prüfen</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Collection</source>
        <translation>S&amp;ammlung</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>S&amp;ets</source>
        <translation>S&amp;ets</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Activity</source>
        <translation>A&amp;ktivität</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>Scan &amp;live</source>
        <translation>&amp;Live scannen</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>&amp;Pause</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>&amp;Capture now</source>
        <translation>&amp;Jetzt aufnehmen</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>&amp;Take the last card back</source>
        <translation>Letzte Karte &amp;zurücknehmen</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>Count another c&amp;opy</source>
        <translation>Weiteres E&amp;xemplar zählen</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>Next &amp;finish</source>
        <translation>Nächste Aus&amp;führung</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>&amp;End the session</source>
        <translation>Sitzung &amp;beenden</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>&amp;Discard the session</source>
        <translation>Sitzung &amp;verwerfen</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>&amp;Sessions…</source>
        <translation>&amp;Sitzungen…</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>Capture by &amp;itself</source>
        <translation>Von selbst aufne&amp;hmen</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>S&amp;ounds</source>
        <translation>&amp;Töne</translation>
    </message>
    <message>
        <location filename="qt/frame/notice.py"/>
        <source>Notice</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <location filename="qt/frame/notice.py"/>
        <source>Close this notice</source>
        <translation>Hinweis schließen</translation>
    </message>
    <message>
        <location filename="qt/frame/notice.py"/>
        <source>{covered} more</source>
        <translation>{covered} weitere</translation>
    </message>
    <message>
        <location filename="qt/frame/pages.py"/>
        <source>Scan</source>
        <translation>Scannen</translation>
    </message>
    <message>
        <location filename="qt/frame/pages.py"/>
        <source>Review</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <location filename="qt/frame/pages.py"/>
        <source>Sets</source>
        <translation>Sets</translation>
    </message>
    <message>
        <location filename="qt/frame/panes.py"/>
        <source>Show: {title}</source>
        <translation>Zeigen: {title}</translation>
    </message>
    <message>
        <location filename="qt/frame/rail.py"/>
        <source>, {number} waiting</source>
        <translation>, {number} offen</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Finish of new cards, where the picture doesn't tell</source>
        <translation>Ausführung neuer Karten, wo das Bild nichts sagt</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Condition of new cards</source>
        <translation>Zustand neuer Karten</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Language of new cards, where the picture doesn't tell</source>
        <translation>Sprache neuer Karten, wo das Bild nichts sagt</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Box or note</source>
        <translation>Kiste oder Notiz</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Note of new cards</source>
        <translation>Notiz neuer Karten</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Goes into the note of each new card, such as the box you put it in</source>
        <translation>Kommt in die Notiz jeder neuen Karte, etwa die Kiste, in die Sie sie legen</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Auto</source>
        <translation>Auto</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Capture cards by itself</source>
        <translation>Karten von selbst aufnehmen</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Read each card as soon as it lies still; without, Space reads it</source>
        <translation>Liest jede Karte, sobald sie still liegt; ohne dies liest die Leertaste sie</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Sounds</source>
        <translation>Töne</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>A click for each card, two tones for a doubt</source>
        <translation>Ein Klick für jede Karte, zwei Töne für einen Zweifel</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>New cards</source>
        <translation>Neue Karten</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Session</source>
        <translation>Sitzung</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Go on with this session (Ctrl+L)</source>
        <translation>Mit dieser Sitzung weitermachen (Strg+L)</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>End session</source>
        <translation>Sitzung beenden</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Put its cards into the collection (Ctrl+Return)</source>
        <translation>Ihre Karten in die Sammlung übernehmen (Strg+Eingabe)</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Keep nothing of this session</source>
        <translation>Nichts aus dieser Sitzung behalten</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source> · not in your collection yet</source>
        <translation> · noch nicht in Ihrer Sammlung</translation>
    </message>
    <message>
        <location filename="qt/live/control.py"/>
        <source>Stop &amp;live scanning</source>
        <translation>&amp;Live-Scannen anhalten</translation>
    </message>
    <message>
        <location filename="qt/live/control.py"/>
        <source>Go &amp;on</source>
        <translation>&amp;Weiter</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Videos (*.mp4 *.mov *.mkv *.avi *.webm *.m4v *.mpg);;All files (*)</source>
        <translation>Videos (*.mp4 *.mov *.mkv *.avi *.webm *.m4v *.mpg);;Alle Dateien (*)</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;None</source>
        <translation>&amp;Gar nicht</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>A quarter to the &amp;right</source>
        <translation>Eine Vierteldrehung nach &amp;rechts</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Upside down</source>
        <translation>&amp;Kopfüber</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>A quarter to the &amp;left</source>
        <translation>Eine Vierteldrehung nach &amp;links</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Automatic</source>
        <translation>&amp;Automatisch</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>1/30 second</source>
        <translation>1/30 Sekunde</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>1/60 second</source>
        <translation>1/60 Sekunde</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>1/125 second</source>
        <translation>1/125 Sekunde</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>1/250 second</source>
        <translation>1/250 Sekunde</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>As the &amp;camera likes</source>
        <translation>Wie die &amp;Kamera will</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>C&amp;amera</source>
        <translation>K&amp;amera</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Looking for cameras…</source>
        <translation>Kameras werden gesucht…</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Video file…</source>
        <translation>&amp;Videodatei…</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Folder of pictures…</source>
        <translation>&amp;Bilderordner…</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Network camera…</source>
        <translation>&amp;Netzwerkkamera…</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Mirrored picture</source>
        <translation>Bild &amp;spiegeln</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Resolution</source>
        <translation>&amp;Auflösung</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Exposure</source>
        <translation>&amp;Belichtung</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Video file</source>
        <translation>Videodatei</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Folder of pictures</source>
        <translation>Bilderordner</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Address of the stream (rtsp://… or http://…):</source>
        <translation>Adresse des Streams (rtsp://… oder http://…):</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>The user and password of this camera are not kept on this system. Write them into its address, as in rtsp://user:password@camera/stream:</source>
        <translation>Benutzer und Kennwort dieser Kamera werden auf diesem System nicht aufbewahrt. Schreiben Sie sie in die Adresse, wie in rtsp://user:password@camera/stream:</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Network camera</source>
        <translation>Netzwerkkamera</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>No camera is plugged in</source>
        <translation>Keine Kamera ist angeschlossen</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Several cameras are plugged in: choose one under Camera.</source>
        <translation>Mehrere Kameras sind angeschlossen: wählen Sie eine unter „Kamera“.</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>No camera is plugged in. Plug one in, or choose a video or a network camera under Camera.</source>
        <translation>Keine Kamera ist angeschlossen. Schließen Sie eine an, oder wählen Sie ein Video oder eine Netzwerkkamera unter „Kamera“.</translation>
    </message>
    <message>
        <location filename="qt/live/notices.py"/>
        <source>Kept {cards} of this session</source>
        <translation>{cards} dieser Sitzung behalten</translation>
    </message>
    <message>
        <location filename="qt/live/notices.py"/>
        <source>Took the last card back</source>
        <translation>Letzte Karte zurückgenommen</translation>
    </message>
    <message>
        <location filename="qt/live/notices.py"/>
        <source>; {unsure:,} to review</source>
        <translation>; {unsure:,} zu prüfen</translation>
    </message>
    <message>
        <location filename="qt/live/notices.py"/>
        <source>Discarded the session with {cards}</source>
        <translation>Sitzung mit {cards} verworfen</translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Choose a camera, a video or a stream, and how it is taken</source>
        <translation>Kamera, Video oder Stream wählen, und wie aufgenommen wird</translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Scan live</source>
        <translation>Live</translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Scan cards one after the other under a camera (Ctrl+L)</source>
        <translation>Karten nacheinander unter einer Kamera scannen (Strg+L)</translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Let go of the camera; the session waits (Ctrl+L)</source>
        <translation>Die Kamera freigeben; die Sitzung wartet (Strg+L)</translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Read no cards for a while (P)</source>
        <translation>Eine Weile keine Karten lesen (P)</translation>
    </message>
    <message>
        <location filename="qt/live/scan.py"/>
        <source>Nothing was captured: there is no card under the camera.</source>
        <translation>Nichts wurde aufgenommen: unter der Kamera liegt keine Karte.</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Started</source>
        <translation>Begonnen</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Unsure</source>
        <translation>Unsicher</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>State</source>
        <translation>Stand</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Sessions</source>
        <translation>Sitzungen</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Cards of the session</source>
        <translation>Karten der Sitzung</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Put its cards into the collection</source>
        <translation>Ihre Karten in die Sammlung übernehmen</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Take all its cards back, out of your collection and Review</source>
        <translation>Alle ihre Karten zurücknehmen, aus Ihrer Sammlung und aus „Prüfen“</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Write the cards of this session to a file</source>
        <translation>Die Karten dieser Sitzung in eine Datei schreiben</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Took back {cards} of this session</source>
        <translation>{cards} dieser Sitzung zurückgenommen</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source> · {copies} copies</source>
        <translation> · {copies} Exemplare</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>No session yet: start one with Live → Scan live</source>
        <translation>Noch keine Sitzung: beginnen Sie eine mit Live → Live scannen</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>This session</source>
        <translation>Diese Sitzung</translation>
    </message>
    <message>
        <location filename="qt/live/view.py"/>
        <source>Live picture</source>
        <translation>Live-Bild</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Lay a card down</source>
        <translation>Legen Sie eine Karte hin</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Let it lie still</source>
        <translation>Lassen Sie sie still liegen</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Too blurred: more light, or move the camera</source>
        <translation>Zu unscharf: mehr Licht, oder die Kamera verschieben</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Got it. Lay down the next</source>
        <translation>Erkannt. Legen Sie die nächste hin</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>It waits in Review. Lay down the next</source>
        <translation>Sie wartet in „Prüfen“. Legen Sie die nächste hin</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Paused</source>
        <translation>Pause</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Press Space to read this card</source>
        <translation>Leertaste drücken, um diese Karte zu lesen</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Moving</source>
        <translation>Bewegt sich</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Blurred</source>
        <translation>Unscharf</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Reading</source>
        <translation>Wird gelesen</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Identified</source>
        <translation>Erkannt</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Not sure</source>
        <translation>Unsicher</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Not readable</source>
        <translation>Nicht lesbar</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Allow it in System Settings → Privacy &amp; Security → Camera.</source>
        <translation>Erlauben Sie es unter Systemeinstellungen → Datenschutz &amp; Sicherheit → Kamera.</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Allow it in Settings → Privacy → Camera, for desktop apps.</source>
        <translation>Erlauben Sie es unter Einstellungen → Datenschutz → Kamera, für Desktop-Apps.</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Your user needs access to the video device: often that is the group “video”.</source>
        <translation>Ihr Benutzer braucht Zugriff auf das Videogerät: oft ist das die Gruppe „video“.</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Unfinished</source>
        <translation>Unfertig</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Kept</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Discarded</source>
        <translation>Verworfen</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>{cards} this session</source>
        <translation>{cards} in dieser Sitzung</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Connecting to {name}…</source>
        <translation>Verbindung mit {name}…</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>This can take some seconds.</source>
        <translation>Das kann einige Sekunden dauern.</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>{name} is gone</source>
        <translation>{name} ist weg</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Plug it in again, or check its cable or network. Scanning goes on by itself, and no card is lost.</source>
        <translation>Schließen Sie sie wieder an, oder prüfen Sie Kabel oder Netz. Das Scannen geht von selbst weiter, und keine Karte geht verloren.</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Another program uses {name}</source>
        <translation>Ein anderes Programm benutzt {name}</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Close that program, perhaps a video call. Scanning starts by itself.</source>
        <translation>Schließen Sie dieses Programm, vielleicht einen Videoanruf. Das Scannen beginnt von selbst.</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>The system doesn't let Cardscanner use the camera</source>
        <translation>Das System lässt Cardscanner die Kamera nicht benutzen</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>The picture is black</source>
        <translation>Das Bild ist schwarz</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Open the camera's shutter, take off its cap, or switch on a light.</source>
        <translation>Öffnen Sie die Blende der Kamera, nehmen Sie die Kappe ab, oder machen Sie Licht.</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>The picture stands still</source>
        <translation>Das Bild steht still</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>If it doesn't come back by itself, unplug the camera and plug it in again.</source>
        <translation>Wenn es nicht von selbst wiederkommt, ziehen Sie die Kamera ab und schließen Sie sie wieder an.</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Few pictures a second</source>
        <translation>Wenige Bilder je Sekunde</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>More light, a lower resolution or another USB port make the camera faster.</source>
        <translation>Mehr Licht, eine geringere Auflösung oder ein anderer USB-Anschluss machen die Kamera schneller.</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>{name} has ended</source>
        <translation>{name} ist zu Ende</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>End the session, or choose another source.</source>
        <translation>Beenden Sie die Sitzung, oder wählen Sie eine andere Quelle.</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>{per_minute:.0f} a minute</source>
        <translation>{per_minute:.0f} je Minute</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>{unsure:,} to review</source>
        <translation>{unsure:,} zu prüfen</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source> Scanning then starts by itself.</source>
        <translation> Das Scannen beginnt dann von selbst.</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/live/words.py"/>
        <source>{n} copies</source>
        <extracomment>one: {n} copy</extracomment>
        <translation><numerusform>{n} Exemplar</numerusform><numerusform>{n} Exemplare</numerusform></translation>
    </message>
    <message>
        <location filename="qt/review/corner_marker.py"/>
        <source>top of the card</source>
        <translation>Oberkante der Karte</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Whatever else you type is a search, such as PAL 12 or XY 12</source>
        <translation>Was Sie sonst eingeben, ist eine Suche, wie PAL 12 oder XY 12</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Keep the card as the marked printing (Enter)</source>
        <translation>Die Karte als den markierten Druck behalten (Eingabe)</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>The cards of this picture that ask the same question: keep all of them as the marked printing (A and Enter)
{typing}</source>
        <translation>Die Karten dieses Bildes mit derselben Frage: alle als den markierten Druck behalten (A und Eingabe)
{typing}</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Reject</source>
        <translation>Ablehnen</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Don't keep this card (Del, or X and Enter)
{typing}</source>
        <translation>Diese Karte nicht behalten (Entf, oder X und Eingabe)
{typing}</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Leave it in the list and look at the next (Page Down, or N and Enter)
{typing}</source>
        <translation>In der Liste lassen und die nächste ansehen (Bild ab, oder N und Eingabe)
{typing}</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Keep all {count}</source>
        <translation>Alle {count} behalten</translation>
    </message>
    <message>
        <location filename="qt/review/outlining.py"/>
        <source>Mark the card's corners</source>
        <translation>Ecken der Karte markieren</translation>
    </message>
    <message>
        <location filename="qt/review/outlining.py"/>
        <source>Drag the four grips to the corners of the card, its top first</source>
        <translation>Ziehen Sie die vier Griffe auf die Ecken der Karte, zuerst die oberen</translation>
    </message>
    <message>
        <location filename="qt/review/outlining.py"/>
        <source>Use these corners</source>
        <translation>Diese Ecken nehmen</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>What you type on is a search.</source>
        <translation>Was Sie weiter eingeben, ist eine Suche.</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Cards that could be more than one printing wait here until you have looked at them.</source>
        <translation>Karten, die mehr als ein Druck sein könnten, warten hier, bis Sie sie angesehen haben.</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Enter keeps all of the picture so. {type_on}</source>
        <translation>Eingabe behält alle des Bildes so. {type_on}</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>{name}   nothing could be read</source>
        <translation>{name}   nichts war lesbar</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Rejected…</source>
        <translation>Abgelehnt…</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>The cards you rejected, and their way back</source>
        <translation>Die Karten, die Sie abgelehnt haben, und ihr Weg zurück</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Nothing to review</source>
        <translation>Nichts zu prüfen</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Enter rejects this card. {type_on}</source>
        <translation>Eingabe lehnt diese Karte ab. {type_on}</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Enter shows the next card. {type_on}</source>
        <translation>Eingabe zeigt die nächste Karte. {type_on}</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Which card is it?</source>
        <translation>Welche Karte ist es?</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>{waiting:,} waiting</source>
        <translation>{waiting:,} offen</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>{name}   read: {read}</source>
        <translation>{name}   gelesen: {read}</translation>
    </message>
    <message>
        <location filename="qt/review/question.py"/>
        <source>The reduced catalogue is in use: the full one may know this card.</source>
        <translation>Der eingeschränkte Katalog ist in Gebrauch: der volle kennt diese Karte vielleicht.</translation>
    </message>
    <message>
        <location filename="qt/review/question.py"/>
        <source>None of these?</source>
        <translation>Keine davon?</translation>
    </message>
    <message>
        <location filename="qt/review/rejected.py"/>
        <source>Rejected cards</source>
        <translation>Abgelehnte Karten</translation>
    </message>
    <message>
        <location filename="qt/review/rejected.py"/>
        <source>The last ones first. What you bring back waits in Review again.</source>
        <translation>Die letzten zuerst. Was Sie zurückholen, wartet wieder in „Prüfen“.</translation>
    </message>
    <message>
        <location filename="qt/review/rejected.py"/>
        <source>Bring back</source>
        <translation>Zurückholen</translation>
    </message>
    <message>
        <location filename="qt/review/rejected.py"/>
        <source>No card was rejected.</source>
        <translation>Es wurde keine Karte abgelehnt.</translation>
    </message>
    <message>
        <location filename="qt/review/rejected.py"/>
        <source>{cards} in Review again</source>
        <translation>{cards} wieder in „Prüfen“</translation>
    </message>
    <message>
        <location filename="qt/review/rejected.py"/>
        <source>Rejected {card_words}</source>
        <translation>{card_words} abgelehnt</translation>
    </message>
    <message>
        <location filename="qt/review/rematch.py"/>
        <source>made before the first picture</source>
        <translation>vor dem ersten Bild entstanden</translation>
    </message>
    <message>
        <location filename="qt/review/shown_card.py"/>
        <source>There is no picture of this card</source>
        <translation>Von dieser Karte gibt es kein Bild</translation>
    </message>
    <message>
        <location filename="qt/review/shown_card.py"/>
        <source>This card came from a file of another program, without a picture</source>
        <translation>Diese Karte kam aus der Datei eines anderen Programms, ohne Bild</translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>Pick another printing (M)</source>
        <translation>Einen anderen Druck wählen (M)</translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>Put this card into the collection (Enter)</source>
        <translation>Diese Karte in die Sammlung übernehmen (Eingabe)</translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>Don't keep this card (X)</source>
        <translation>Diese Karte nicht behalten (X)</translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>Take the last change back (Ctrl+Z)</source>
        <translation>Die letzte Änderung zurücknehmen (Strg+Z)</translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>No card yet</source>
        <translation>Noch keine Karte</translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>The answer for each card appears here.</source>
        <translation>Hier erscheint die Antwort für jede Karte.</translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>Rejected</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>Name the card by hand…</source>
        <translation>Karte von Hand benennen…</translation>
    </message>
    <message>
        <location filename="qt/scan/card_steps.py"/>
        <source>The next newer card</source>
        <translation>Die nächstneuere Karte</translation>
    </message>
    <message>
        <location filename="qt/scan/card_steps.py"/>
        <source>The next older card</source>
        <translation>Die nächstältere Karte</translation>
    </message>
    <message>
        <location filename="qt/scan/collector.py"/>
        <source>There are no pictures in there</source>
        <translation>Darin sind keine Bilder</translation>
    </message>
    <message>
        <location filename="qt/scan/drop_zone.py"/>
        <source>Drop pictures of your cards here, or lay them under a camera</source>
        <translation>Bilder Ihrer Karten hier ablegen, oder Karten unter eine Kamera legen</translation>
    </message>
    <message>
        <location filename="qt/scan/drop_zone.py"/>
        <source>Photos or scans, one card or a whole page, or a folder full of them</source>
        <translation>Fotos oder Scans, eine Karte oder eine ganze Seite, oder ein Ordner voll davon</translation>
    </message>
    <message>
        <location filename="qt/scan/drop_zone.py"/>
        <source>Open pictures…</source>
        <translation>Bilder öffnen…</translation>
    </message>
    <message>
        <location filename="qt/scan/drop_zone.py"/>
        <source>Choose picture files to scan (Ctrl+O)</source>
        <translation>Bilddateien zum Scannen wählen (Strg+O)</translation>
    </message>
    <message>
        <location filename="qt/scan/drop_zone.py"/>
        <source>Scan with a camera</source>
        <translation>Mit einer Kamera scannen</translation>
    </message>
    <message>
        <location filename="qt/scan/mode_choice.py"/>
        <source>Fast</source>
        <translation>Schnell</translation>
    </message>
    <message>
        <location filename="qt/scan/mode_choice.py"/>
        <source>Balanced</source>
        <translation>Ausgewogen</translation>
    </message>
    <message>
        <location filename="qt/scan/mode_choice.py"/>
        <source>Thorough</source>
        <translation>Gründlich</translation>
    </message>
    <message>
        <location filename="qt/scan/mode_choice.py"/>
        <source>A model reads every card, about two seconds each</source>
        <translation>Ein Modell liest jede Karte, je etwa zwei Sekunden</translation>
    </message>
    <message>
        <location filename="qt/scan/mode_choice.py"/>
        <source>How thoroughly cards are read</source>
        <translation>Wie gründlich Karten gelesen werden</translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Pictures…</source>
        <translation>Bilder…</translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Folder…</source>
        <translation>Ordner…</translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Scan every picture in a folder (Ctrl+Shift+O)</source>
        <translation>Jedes Bild in einem Ordner scannen (Strg+Umschalt+O)</translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Open pictures</source>
        <translation>Bilder öffnen</translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Pictures ({patterns});;All files (*)</source>
        <translation>Bilder ({patterns});;Alle Dateien (*)</translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Open a folder of pictures</source>
        <translation>Bilderordner öffnen</translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <location filename="qt/scan/picture_scans.py"/>
        <source>No card found in this picture</source>
        <translation>Keine Karte in diesem Bild gefunden</translation>
    </message>
    <message>
        <location filename="qt/scan/repeats.py"/>
        <source>1 picture was scanned before and is skipped</source>
        <translation>1 Bild wurde schon früher gescannt und ist übersprungen</translation>
    </message>
    <message>
        <location filename="qt/scan/repeats.py"/>
        <source>{number:,} pictures were scanned before and are skipped</source>
        <translation>{number:,} Bilder wurden schon früher gescannt und sind übersprungen</translation>
    </message>
    <message>
        <location filename="qt/scan/repeats.py"/>
        <source>Count it again</source>
        <translation>Noch einmal zählen</translation>
    </message>
    <message>
        <location filename="qt/scan/repeats.py"/>
        <source>Count them again</source>
        <translation>Noch einmal zählen</translation>
    </message>
    <message>
        <location filename="qt/scan/shown_picture.py"/>
        <source>Opening the picture…</source>
        <translation>Das Bild wird geöffnet…</translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>Waits in Review</source>
        <translation>Wartet in „Prüfen“</translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>Kept when the session ends</source>
        <translation>Wird behalten, wenn die Sitzung endet</translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>Not in your collection</source>
        <translation>Nicht in Ihrer Sammlung</translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>Which one is it? {others} fit</source>
        <translation>Welche ist es? {others} passen</translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>Which one is it?</source>
        <translation>Welche ist es?</translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>In your collection</source>
        <translation>In Ihrer Sammlung</translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>, {copies} copies</source>
        <translation>, {copies} Exemplare</translation>
    </message>
    <message>
        <location filename="qt/scan/strip.py"/>
        <source>Last cards</source>
        <translation>Letzte Karten</translation>
    </message>
    <message>
        <location filename="qt/sets/grid.py"/>
        <source>Printings of the set</source>
        <translation>Drucke des Sets</translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>{owned:,} of {size:,}</source>
        <translation>{owned:,} von {size:,}</translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>complete: all {size:,}</source>
        <translation>vollständig: alle {size:,}</translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>Newest first</source>
        <translation>Neueste zuerst</translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>Oldest first</source>
        <translation>Älteste zuerst</translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>Most complete first</source>
        <translation>Vollständigste zuerst</translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>Fewest missing first</source>
        <translation>Wenigste fehlende zuerst</translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>By name</source>
        <translation>Nach Name</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>With it, this page shows how complete each set of your collection is.</source>
        <translation>Mit ihm zeigt diese Seite, wie vollständig jedes Set Ihrer Sammlung ist.</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>All sets</source>
        <translation>Alle Sets</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Begun</source>
        <translation>Begonnene</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Each finish</source>
        <translation>Jede Ausführung</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Want list</source>
        <translation>Wunschliste</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>The card catalogue isn't here yet</source>
        <translation>Der Kartenkatalog ist noch nicht da</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Get the catalogue</source>
        <translation>Katalog holen</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Show all sets</source>
        <translation>Alle Sets zeigen</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Back to all sets (Esc)</source>
        <translation>Zurück zu allen Sets (Esc)</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Search: set or code</source>
        <translation>Suche: Set oder Kürzel</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Search the sets</source>
        <translation>Sets durchsuchen</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Search the sets (Ctrl+F)</source>
        <translation>Sets durchsuchen (Strg+F)</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Order of the sets</source>
        <translation>Reihenfolge der Sets</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Count normal, reverse and holo apart</source>
        <translation>Normal, Reverse und Holo getrennt zählen</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>What is missing, as a file</source>
        <translation>Was fehlt, als Datei</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>“{path}” lists {cards}</source>
        <translation>„{path}“ führt {cards} auf</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>No set fits “{text}”</source>
        <translation>Kein Set passt zu „{text}“</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>You have no card of any set yet</source>
        <translation>Sie haben noch von keinem Set eine Karte</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Only sets that you have a card of</source>
        <translation>Nur Sets, von denen Sie eine Karte haben</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Every set of the catalogue</source>
        <translation>Jedes Set des Katalogs</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>{code} want list.{kind}</source>
        <translation>{code} Wunschliste.{kind}</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Table (*.csv)</source>
        <translation>Tabelle (*.csv)</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>PDF (*.pdf)</source>
        <translation>PDF (*.pdf)</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source> · {missing:,} missing</source>
        <translation> · {missing:,} fehlen</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source> · {slots:,} of {slots2:,} finishes</source>
        <translation> · {slots:,} von {slots2:,} Ausführungen</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>{begun:,} of {sets} begun</source>
        <translation>{begun:,} von {sets} begonnen</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Table (CSV)…</source>
        <translation>Tabelle (CSV)…</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Checklist (PDF)…</source>
        <translation>Checkliste (PDF)…</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source> among those you have begun</source>
        <translation> unter denen, die Sie begonnen haben</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/sets/page.py"/>
        <source>{n} sets</source>
        <extracomment>one: {n} set</extracomment>
        <translation><numerusform>{n} Set</numerusform><numerusform>{n} Sets</numerusform></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>, {complete:,} complete</source>
        <translation>, {complete:,} vollständig</translation>
    </message>
    <message>
        <location filename="qt/sets/want_list.py"/>
        <source>{title}: {number:,} missing{of}</source>
        <translation>{title}: {number:,} fehlen{of}</translation>
    </message>
    <message>
        <location filename="qt/sets/want_list.py"/>
        <source> · page {page} of {pages}</source>
        <translation> · Seite {page} von {pages}</translation>
    </message>
    <message>
        <location filename="qt/sets/want_list.py"/>
        <source>“{path}” can't be written: {strerror}.</source>
        <translation>„{path}“ kann nicht geschrieben werden: {strerror}.</translation>
    </message>
    <message>
        <location filename="qt/store/async_store.py"/>
        <source>There is no card in this session yet.</source>
        <translation>In dieser Sitzung ist noch keine Karte.</translation>
    </message>
    <message>
        <location filename="qt/store/async_store.py"/>
        <source>Other changes came after that one; Edit → Undo takes them back first.</source>
        <translation>Danach kamen andere Änderungen; Bearbeiten → Rückgängig nimmt sie zuerst zurück.</translation>
    </message>
    <message>
        <location filename="qt/store/catalogue_updates.py"/>
        <source>Getting the card catalogue</source>
        <translation>Kartenkatalog wird geholt</translation>
    </message>
    <message>
        <location filename="qt/store/catalogue_updates.py"/>
        <source>The card catalogue isn't here yet, so there is nothing to search in</source>
        <translation>Der Kartenkatalog ist noch nicht da, es gibt also nichts zu durchsuchen</translation>
    </message>
    <message>
        <location filename="qt/store/lane.py"/>
        <source>Something went wrong in the program ({name}); the log has the details</source>
        <translation>Im Programm ging etwas schief ({name}); Näheres steht im Protokoll</translation>
    </message>
    <message>
        <location filename="qt/store/picture_updates.py"/>
        <source>Fetching pictures</source>
        <translation>Bilder werden geholt</translation>
    </message>
    <message>
        <location filename="qt/style/marks.py"/>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <location filename="qt/style/marks.py"/>
        <source>Working</source>
        <translation>In Arbeit</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Mint</source>
        <translation>Mint</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Near mint</source>
        <translation>Near Mint</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Excellent</source>
        <translation>Excellent</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Good</source>
        <translation>Good</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Light played</source>
        <translation>Light Played</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Played</source>
        <translation>Played</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Poor</source>
        <translation>Poor</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>English</source>
        <translation>Englisch</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>French</source>
        <translation>Französisch</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>German</source>
        <translation>Deutsch</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Italian</source>
        <translation>Italienisch</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Spanish</source>
        <translation>Spanisch</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Portuguese</source>
        <translation>Portugiesisch</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Dutch</source>
        <translation>Niederländisch</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Polish</source>
        <translation>Polnisch</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Russian</source>
        <translation>Russisch</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Chinese (simplified)</source>
        <translation>Chinesisch (vereinfacht)</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Chinese (traditional)</source>
        <translation>Chinesisch (traditionell)</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Indonesian</source>
        <translation>Indonesisch</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>While this is on, the ids of the printings in your collection, such as “sv02-012”, are sent to api.tcgdex.net once a day, which answers with prices of Cardmarket and TCGplayer. Nothing else is sent: no names, numbers of copies, photos or notes.</source>
        <translation>Solange dies an ist, werden einmal am Tag die Kennungen der Drucke in Ihrer Sammlung, wie „sv02-012“, an api.tcgdex.net geschickt, das mit Preisen von Cardmarket und TCGplayer antwortet. Sonst wird nichts geschickt: keine Namen, Stückzahlen, Fotos oder Notizen.</translation>
    </message>
    <message>
        <location filename="qt/window/application.py"/>
        <source>Error: no window can be opened here: there is no screen, or it can't be reached. On a machine without one use the command line: cardscanner --help</source>
        <translation>Fehler: Hier kann kein Fenster geöffnet werden: es gibt keinen Bildschirm, oder er ist nicht erreichbar. Auf einem Rechner ohne Bildschirm benutzen Sie die Befehlszeile: cardscanner --help</translation>
    </message>
    <message>
        <location filename="qt/window/application.py"/>
        <source>Cardscanner can't start.</source>
        <translation>Cardscanner kann nicht starten.</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Backups (*.zip);;All files (*)</source>
        <translation>Sicherungen (*.zip);;Alle Dateien (*)</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>{cards}, {scans} and {photos}</source>
        <translation>{cards}, {scans} und {photos}</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/window/backups.py"/>
        <source>{n} scans</source>
        <extracomment>one: {n} scan</extracomment>
        <translation><numerusform>{n} Scan</numerusform><numerusform>{n} Scans</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="qt/window/backups.py"/>
        <source>{n} photos</source>
        <extracomment>one: {n} photo</extracomment>
        <translation><numerusform>{n} Foto</numerusform><numerusform>{n} Fotos</numerusform></translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>no day</source>
        <translation>kein Tag</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Back up to</source>
        <translation>Sichern nach</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Backups (*.zip)</source>
        <translation>Sicherungen (*.zip)</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Backing up…</source>
        <translation>Wird gesichert…</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Restore from</source>
        <translation>Wiederherstellen aus</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Backed up {counts} to “{name}”</source>
        <translation>{counts} nach „{name}“ gesichert</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Restore a backup</source>
        <translation>Sicherung wiederherstellen</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Put the backup of {when} in place of your collection?</source>
        <translation>Die Sicherung vom {when} an die Stelle Ihrer Sammlung setzen?</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>The backup holds {counts}; the last card is of {when}.</source>
        <translation>Die Sicherung enthält {counts}; die letzte Karte ist vom {when}.</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Restoring…</source>
        <translation>Wird wiederhergestellt…</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Restored {counts} of {when}</source>
        <translation>{counts} vom {when} wiederhergestellt</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Your collection holds {counts}, the last of {when}.</source>
        <translation>Ihre Sammlung enthält {counts}, die letzte vom {when}.</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>It is backed up before, so that you can come back to it.</source>
        <translation>Sie wird vorher gesichert, damit Sie zu ihr zurückkehren können.</translation>
    </message>
    <message>
        <location filename="qt/window/batch_menu.py"/>
        <source>Watch a folder for new pictures</source>
        <translation>Ordner auf neue Bilder beobachten</translation>
    </message>
    <message>
        <location filename="qt/window/batch_menu.py"/>
        <source>Stop &amp;watching “{name}”</source>
        <translation>„{name}“ nicht mehr &amp;beobachten</translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>The card catalogue is here: {printings}</source>
        <translation>Der Kartenkatalog ist da: {printings}</translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>Matched {cards} again; {identified:,} identified</source>
        <translation>{cards} neu zugeordnet; {identified:,} erkannt</translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>{words}. It is the reduced one, which lacks cards and languages</source>
        <translation>{words}. Es ist der eingeschränkte, dem Karten und Sprachen fehlen</translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>Match {waiting_cards} again</source>
        <translation>{waiting_cards} neu zuordnen</translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>Use it all the same</source>
        <translation>Trotzdem benutzen</translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>Get it now</source>
        <translation>Jetzt holen</translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>There is no card catalogue yet, and Cardscanner is set to offline.</source>
        <translation>Es gibt noch keinen Kartenkatalog, und Cardscanner ist auf offline gestellt.</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/window/catalogue_notices.py"/>
        <source>{n} printings</source>
        <extracomment>one: {n} printing</extracomment>
        <translation><numerusform>{n} Druck</numerusform><numerusform>{n} Drucke</numerusform></translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>Without the card catalogue, cards are read but not identified.</source>
        <translation>Ohne den Kartenkatalog werden Karten gelesen, aber nicht erkannt.</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/window/catalogue_notices.py"/>
        <source>{n} waiting cards</source>
        <extracomment>one: {n} waiting card</extracomment>
        <translation><numerusform>{n} wartende Karte</numerusform><numerusform>{n} wartende Karten</numerusform></translation>
    </message>
    <message>
        <location filename="qt/window/collection_notices.py"/>
        <source>“{path}” is damaged ({damage}). What can still be read can be saved into a new file.</source>
        <translation>„{path}“ ist beschädigt ({damage}). Was noch lesbar ist, kann in eine neue Datei gerettet werden.</translation>
    </message>
    <message>
        <location filename="qt/window/collection_notices.py"/>
        <source>“{path}” holds {salvaged}. Close Cardscanner and run “cardscanner rescue” to go on with what was saved.</source>
        <translation>„{path}“ enthält {salvaged}. Schließen Sie Cardscanner und starten Sie „cardscanner rescue“, um mit dem Geretteten weiterzumachen.</translation>
    </message>
    <message>
        <location filename="qt/window/collection_notices.py"/>
        <source>“{path}” is damaged ({damage}). There is a good backup of it.</source>
        <translation>„{path}“ ist beschädigt ({damage}). Es gibt eine gute Sicherung davon.</translation>
    </message>
    <message>
        <location filename="qt/window/collection_notices.py"/>
        <source>Save what can be read</source>
        <translation>Lesbares retten</translation>
    </message>
    <message>
        <location filename="qt/window/collection_notices.py"/>
        <source>Restore the backup</source>
        <translation>Sicherung wiederherstellen</translation>
    </message>
    <message>
        <location filename="qt/window/crash_notice.py"/>
        <source>Something went wrong that shouldn't have. What you scanned and changed is saved. If the window behaves oddly now, close it and start it again; if it doesn't start, “cardscanner-gui --safe” does.</source>
        <translation>Etwas ging schief, das nicht schiefgehen sollte. Was Sie gescannt und geändert haben, ist gespeichert. Wenn sich das Fenster jetzt seltsam verhält, schließen Sie es und starten Sie es neu; startet es nicht, hilft „cardscanner-gui --safe“.</translation>
    </message>
    <message>
        <location filename="qt/window/crash_notice.py"/>
        <source>Cardscanner met an error</source>
        <translation>Cardscanner ist auf einen Fehler gestoßen</translation>
    </message>
    <message>
        <location filename="qt/window/crash_notice.py"/>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <location filename="qt/window/crash_notice.py"/>
        <source>The report names no folder of yours and no user. Nothing is sent.</source>
        <translation>Der Bericht nennt keinen Ihrer Ordner und keinen Benutzer. Es wird nichts gesendet.</translation>
    </message>
    <message>
        <location filename="qt/window/crash_notice.py"/>
        <source>Copy the report</source>
        <translation>Bericht kopieren</translation>
    </message>
    <message>
        <location filename="qt/window/crash_notice.py"/>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <location filename="qt/window/dialogs.py"/>
        <source>About Cardscanner</source>
        <translation>Über Cardscanner</translation>
    </message>
    <message>
        <location filename="qt/window/dialogs.py"/>
        <source>Cardscanner {version}</source>
        <translation>Cardscanner {version}</translation>
    </message>
    <message>
        <location filename="qt/window/dialogs.py"/>
        <source>
Catalogue: {source}, {printings:,} printings.</source>
        <translation>
Katalog: {source}, {printings:,} Drucke.</translation>
    </message>
    <message>
        <location filename="qt/window/dialogs.py"/>
        <source>Licences…</source>
        <translation>Lizenzen…</translation>
    </message>
    <message>
        <location filename="qt/window/dialogs.py"/>
        <source>Names the exact printing of a card from a picture, on this machine. MIT licence.</source>
        <translation>Nennt den genauen Druck einer Karte auf einem Bild, auf diesem Rechner. MIT-Lizenz.</translation>
    </message>
    <message>
        <location filename="qt/window/doubtful_card.py"/>
        <source>Fetch small pictures of these candidates only</source>
        <translation>Nur von diesen Vorschlägen kleine Bilder holen</translation>
    </message>
    <message>
        <location filename="qt/window/doubtful_card.py"/>
        <source>{small_pictures} from {host}, about {size_words}, {time_words}. Only fingerprints of 64 bytes are kept. You won't be asked again before the next start.</source>
        <translation>{small_pictures} von {host}, etwa {size_words}, {time_words}. Nur Fingerabdrücke von 64 Byte werden aufbewahrt. Bis zum nächsten Start werden Sie nicht wieder gefragt.</translation>
    </message>
    <message>
        <location filename="qt/window/doubtful_card.py"/>
        <source>Compare with {pictures} more…</source>
        <translation>Mit {pictures} mehr vergleichen…</translation>
    </message>
    <message>
        <location filename="qt/window/doubtful_card.py"/>
        <source>Nobody knows where these pictures are</source>
        <translation>Niemand weiß, wo diese Bilder sind</translation>
    </message>
    <message>
        <location filename="qt/window/doubtful_card.py"/>
        <source>Fetch these pictures?</source>
        <translation>Diese Bilder holen?</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/window/doubtful_card.py"/>
        <source>{n} small pictures</source>
        <extracomment>one: {n} small picture</extracomment>
        <translation><numerusform>{n} kleines Bild</numerusform><numerusform>{n} kleine Bilder</numerusform></translation>
    </message>
    <message>
        <location filename="qt/window/guide_dialog.py"/>
        <source>Guide</source>
        <translation>Anleitung</translation>
    </message>
    <message>
        <location filename="qt/window/guide_dialog.py"/>
        <source>The guide's text</source>
        <translation>Text der Anleitung</translation>
    </message>
    <message>
        <location filename="qt/window/guide_dialog.py"/>
        <source>Contents</source>
        <translation>Inhalt</translation>
    </message>
    <message>
        <location filename="qt/window/guide_dialog.py"/>
        <source>Search in the guide (Enter: next)</source>
        <translation>In der Anleitung suchen (Eingabe: weiter)</translation>
    </message>
    <message>
        <location filename="qt/window/guide_dialog.py"/>
        <source>Search in the guide</source>
        <translation>In der Anleitung suchen</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>In a picture</source>
        <translation>In einem Bild</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>In lists</source>
        <translation>In Listen</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Keys and what they do</source>
        <translation>Tasten und was sie tun</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Ctrl+Wheel, Ctrl++, Ctrl+−</source>
        <translation>Strg+Mausrad, Strg++, Strg+−</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Larger and smaller</source>
        <translation>Größer und kleiner</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>↑ ↓ Home End</source>
        <translation>↑ ↓ Pos1 Ende</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Go to another line</source>
        <translation>Zu einer anderen Zeile gehen</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Shift+↑ ↓</source>
        <translation>Umschalt+↑ ↓</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Mark several</source>
        <translation>Mehrere markieren</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source> or </source>
        <translation> oder </translation>
    </message>
    <message>
        <location filename="qt/window/licences_dialog.py"/>
        <source>Licences</source>
        <translation>Lizenzen</translation>
    </message>
    <message>
        <location filename="qt/window/licences_dialog.py"/>
        <source>Libraries</source>
        <translation>Bibliotheken</translation>
    </message>
    <message>
        <location filename="qt/window/licences_dialog.py"/>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <location filename="qt/window/licences_dialog.py"/>
        <source>Licence: {licence}</source>
        <translation>Lizenz: {licence}</translation>
    </message>
    <message>
        <location filename="qt/window/licences_dialog.py"/>
        <source>The package brings no text of its own; its web page has it.</source>
        <translation>Das Paket bringt keinen eigenen Text mit; er steht auf seiner Webseite.</translation>
    </message>
    <message>
        <location filename="qt/window/model_mode.py"/>
        <source>{title} is ready. It can read the cards that text recognition is unsure of.</source>
        <translation>{title} ist bereit. Es kann die Karten lesen, bei denen die Texterkennung unsicher ist.</translation>
    </message>
    <message>
        <location filename="qt/window/model_mode.py"/>
        <source>Ask it then</source>
        <translation>Dann fragen</translation>
    </message>
    <message>
        <location filename="qt/window/model_upkeep.py"/>
        <source>Preparing {title}, since {reason}</source>
        <translation>{title} wird vorbereitet ({reason})</translation>
    </message>
    <message>
        <location filename="qt/window/model_upkeep.py"/>
        <source>Preparing {title}: {what}</source>
        <translation>{title} wird vorbereitet: {what}</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Never: text recognition alone</source>
        <translation>Nie: nur Texterkennung</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Where text recognition is unsure</source>
        <translation>Wo die Texterkennung unsicher ist</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Every card (about two seconds each)</source>
        <translation>Jede Karte (je etwa zwei Sekunden)</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>about {memory:.1f} GB of memory while it reads</source>
        <translation>etwa {memory:.1f} GB Arbeitsspeicher beim Lesen</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>{title} is {bytes:.0f} MB from {repository}.
Its licence is {licence} ({licence_url}).

Download it?</source>
        <translation>{title} hat {bytes:.0f} MB und kommt von {repository}.
Die Lizenz ist {licence} ({licence_url}).

Herunterladen?</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Delete the files of {title}?</source>
        <translation>Die Dateien von {title} löschen?</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Reading models</source>
        <translation>Lesemodelle</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Let a model read too</source>
        <translation>Ein Modell mitlesen lassen</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>When a model reads a card</source>
        <translation>Wann ein Modell eine Karte liest</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Download…</source>
        <translation>Herunterladen…</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Use a folder…</source>
        <translation>Ordner benutzen…</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Verify</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Remove…</source>
        <translation>Entfernen…</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Ask it where text recognition is unsure</source>
        <translation>Fragen, wo die Texterkennung unsicher ist</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>one for each core</source>
        <translation>einer je Kern</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Threads of a model</source>
        <translation>Threads eines Modells</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>each on a core of its own</source>
        <translation>jeder auf eigenem Kern</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>never swapped out</source>
        <translation>nie ausgelagert</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Only where the system sets no limit for locked memory</source>
        <translation>Nur wo das System festgehaltenen Speicher nicht begrenzt</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>About {size} MB to download, {memory}. Licence: {licence}.</source>
        <translation>Etwa {size} MB herunterzuladen, {memory}. Lizenz: {licence}.</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>A folder with a SmolVLM model</source>
        <translation>Ein Ordner mit einem SmolVLM-Modell</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Copying</source>
        <translation>Wird kopiert</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Not installed. Cards are read without it.</source>
        <translation>Nicht installiert. Karten werden ohne Modell gelesen.</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Settings say to stay offline. Use a folder on disk instead.</source>
        <translation>Die Einstellungen verlangen, offline zu bleiben. Benutzen Sie stattdessen einen Ordner auf der Festplatte.</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Asking the hub</source>
        <translation>Der Hub wird gefragt</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Preparing: {what}</source>
        <translation>Wird vorbereitet: {what}</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>✕ {broken}. Download the model again.</source>
        <translation>✕ {broken}. Laden Sie das Modell noch einmal herunter.</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>✓ Every file is as it was installed.</source>
        <translation>✓ Jede Datei ist so, wie sie installiert wurde.</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Paused. Press Download to go on where it stopped.</source>
        <translation>Angehalten. „Herunterladen“ macht dort weiter.</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>, revision {revision}</source>
        <translation>, Stand {revision}</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>✓ Ready ({variants}{revision}).</source>
        <translation>✓ Bereit ({variants}{revision}).</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Installed, not prepared yet: press Download to go on.</source>
        <translation>Installiert, noch nicht vorbereitet: „Herunterladen“ macht weiter.</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Downloading</source>
        <translation>Wird heruntergeladen</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Verifying</source>
        <translation>Wird geprüft</translation>
    </message>
    <message>
        <location filename="qt/window/picture_notices.py"/>
        <source>Fetching pictures stopped. What came so far is kept</source>
        <translation>Das Holen der Bilder wurde abgebrochen. Was schon kam, bleibt</translation>
    </message>
    <message>
        <location filename="qt/window/picture_notices.py"/>
        <source>The catalogue has new printings: {plan_words}</source>
        <translation>Der Katalog hat neue Drucke: {plan_words}</translation>
    </message>
    <message>
        <location filename="qt/window/picture_notices.py"/>
        <source>Fetch</source>
        <translation>Holen</translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>{small_pictures} from {host}: up to about {size_words} and {time_words}, at three a second.</source>
        <translation>{small_pictures} von {host}: bis zu etwa {size_words} und {time_words}, bei drei in der Sekunde.</translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>{new_fingerprints}; {total:,} printings have one</source>
        <translation>{new_fingerprints}; {total:,} Drucke haben einen</translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>{value} kB</source>
        <translation>{value} kB</translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>{size:.0f} MB</source>
        <translation>{size:.0f} MB</translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>a few seconds</source>
        <translation>ein paar Sekunden</translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>Nothing is missing: every picture that is wanted is fingerprinted already.</source>
        <translation>Es fehlt nichts: jedes gewünschte Bild hat schon einen Fingerabdruck.</translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>; of {absent:,} there is no picture</source>
        <translation>; von {absent:,} gibt es kein Bild</translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>; {unknown:,} fit no printing of this catalogue</source>
        <translation>; {unknown:,} passen zu keinem Druck dieses Katalogs</translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>; {refused:,} refused, mostly since {why} ({named}{more})</source>
        <translation>; {refused:,} abgelehnt, meist weil {why} ({named}{more})</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/window/picture_words.py"/>
        <source>{n} new fingerprints</source>
        <extracomment>one: {n} new fingerprint</extracomment>
        <translation><numerusform>{n} neuer Fingerabdruck</numerusform><numerusform>{n} neue Fingerabdrücke</numerusform></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Fingerprints (*.index *.tsv *.gz *.txt);;All files (*)</source>
        <translation>Fingerabdrücke (*.index *.tsv *.gz *.txt);;Alle Dateien (*)</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Pictures of the printings</source>
        <translation>Bilder der Drucke</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>A card whose print can't be read is told by its picture. For that, a fingerprint of 64 bytes is kept of each printing's.</source>
        <translation>Eine Karte, deren Schrift nicht lesbar ist, wird an ihrem Bild erkannt. Dafür wird von jedem Druck ein Fingerabdruck von 64 Byte aufbewahrt.</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Looking what there is…</source>
        <translation>Es wird nachgesehen, was da ist…</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>All sets, the newest first</source>
        <translation>Alle Sets, die neuesten zuerst</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Only these:</source>
        <translation>Nur diese:</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Find a set</source>
        <translation>Set suchen</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Keep the pictures too, and show them beside candidates</source>
        <translation>Auch die Bilder behalten und neben Vorschlägen zeigen</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>For yourself: they are their makers' copyright</source>
        <translation>Für Sie selbst: das Urheberrecht liegt bei ihren Schöpfern</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Fetch pictures</source>
        <translation>Bilder holen</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>From a file…</source>
        <translation>Aus einer Datei…</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>From a folder…</source>
        <translation>Aus einem Ordner…</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>For another desk…</source>
        <translation>Für anderen Arbeitsplatz…</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Write all fingerprints into a file</source>
        <translation>Alle Fingerabdrücke in eine Datei schreiben</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Tell cards by their pictures</source>
        <translation>Karten an ihren Bildern erkennen</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>{known:,} of {printings} have a fingerprint.</source>
        <translation>{known:,} von {printings} haben einen Fingerabdruck.</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Counting what is missing…</source>
        <translation>Fehlendes wird gezählt…</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source> Settings say to stay offline: take them from a file or folder instead.</source>
        <translation> Die Einstellungen verlangen, offline zu bleiben: nehmen Sie sie stattdessen aus einer Datei oder einem Ordner.</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Fingerprints of another desk</source>
        <translation>Fingerabdrücke eines anderen Arbeitsplatzes</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>A folder with pictures of printings</source>
        <translation>Ein Ordner mit Bildern der Drucke</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>A file for another desk</source>
        <translation>Eine Datei für einen anderen Arbeitsplatz</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Written to {name}: {{:,}} fingerprints.</source>
        <translation>In {name} geschrieben: {{:,}} Fingerabdrücke.</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Paused. Fetch goes on where it stopped.</source>
        <translation>Angehalten. „Holen“ macht dort weiter.</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Choose the sets.</source>
        <translation>Wählen Sie die Sets.</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Fetch {pictures}</source>
        <translation>{pictures} holen</translation>
    </message>
    <message>
        <location filename="qt/window/problems_dialog.py"/>
        <source>Pictures that couldn't be read</source>
        <translation>Nicht lesbare Bilder</translation>
    </message>
    <message>
        <location filename="qt/window/problems_dialog.py"/>
        <source>{pictures} couldn't be read</source>
        <translation>{pictures} nicht lesbar</translation>
    </message>
    <message>
        <location filename="qt/window/problems_dialog.py"/>
        <source>Pictures and reasons</source>
        <translation>Bilder und Gründe</translation>
    </message>
    <message>
        <location filename="qt/window/reader_notices.py"/>
        <source>Reader ready</source>
        <translation>Leser bereit</translation>
    </message>
    <message>
        <location filename="qt/window/reader_notices.py"/>
        <source>Reader not available</source>
        <translation>Leser nicht verfügbar</translation>
    </message>
    <message>
        <location filename="qt/window/release_notice.py"/>
        <source>Cardscanner {version} is there; this is {version2}</source>
        <translation>Cardscanner {version} ist da; dies ist {version2}</translation>
    </message>
    <message>
        <location filename="qt/window/release_notice.py"/>
        <source>Read about it</source>
        <translation>Mehr darüber</translation>
    </message>
    <message>
        <location filename="qt/window/scan_progress.py"/>
        <source>Going on where it was: {pictures} left to scan</source>
        <translation>Es geht weiter: noch {pictures} zu scannen</translation>
    </message>
    <message>
        <location filename="qt/window/scan_progress.py"/>
        <source>Files {done:,} of {total:,}</source>
        <translation>Dateien {done:,} von {total:,}</translation>
    </message>
    <message>
        <location filename="qt/window/scan_progress.py"/>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <location filename="qt/window/scan_progress.py"/>
        <source>Looking for pictures</source>
        <translation>Bilder werden gesucht</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>While this is on, {place} is asked once a day which version is the newest. Nothing is sent along, not even your version, and nothing is downloaded or installed.</source>
        <translation>Solange dies an ist, wird {place} einmal am Tag gefragt, welche Version die neueste ist. Es wird nichts mitgeschickt, auch nicht Ihre Version, und nichts heruntergeladen oder installiert.</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>This build names no place to ask for them, so nothing is asked. Whoever packages it can name one; so can you, as “release_address” in settings.json.</source>
        <translation>Diese Ausgabe nennt keine Stelle, die gefragt werden könnte, also wird nichts gefragt. Wer sie verpackt, kann eine nennen; Sie auch, als „release_address“ in settings.json.</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Put identified cards into the collection at once</source>
        <translation>Erkannte Karten gleich in die Sammlung übernehmen</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Stay offline: never fetch the card catalogue by itself</source>
        <translation>Offline bleiben: den Kartenkatalog nie von selbst holen</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Back up the collection every day on which it changed</source>
        <translation>Die Sammlung an jedem Tag sichern, an dem sie sich ändert</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>The last seven days and four weeks are kept in the data folder</source>
        <translation>Die letzten sieben Tage und vier Wochen bleiben im Datenordner</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Tell me of new versions</source>
        <translation>Neue Versionen melden</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Open data folder</source>
        <translation>Datenordner öffnen</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>What is known by then is the answer: which cards it may be.</source>
        <translation>Was bis dahin bekannt ist, ist die Antwort: welche Karten es sein können.</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>What the program speaks, from its next start</source>
        <translation>Welche Sprache das Programm ab dem nächsten Start spricht</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Where the picture doesn't tell, a new card starts as:</source>
        <translation>Wo das Bild nichts sagt, beginnt eine neue Karte als:</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Colours</source>
        <translation>Farben</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Program’s language (next start)</source>
        <translation>Programmsprache (ab Neustart)</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Read a card for at most</source>
        <translation>Eine Karte höchstens lesen</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Starting the reader…</source>
        <translation>Leser startet…</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Get the full one</source>
        <translation>Den vollen holen</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>The reduced catalogue lacks cards and languages</source>
        <translation>Dem eingeschränkten Katalog fehlen Karten und Sprachen</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Stop scanning (Ctrl+.)</source>
        <translation>Scannen anhalten (Strg+.)</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Stop getting the catalogue</source>
        <translation>Den Katalog nicht weiter holen</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Stop fetching pictures; it goes on where it stopped</source>
        <translation>Keine Bilder mehr holen; es geht später dort weiter</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Stop preparing the model</source>
        <translation>Das Modell nicht weiter vorbereiten</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Reduced catalogue</source>
        <translation>Eingeschränkter Katalog</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>No card catalogue yet</source>
        <translation>Noch kein Kartenkatalog</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>{pending:,} to review</source>
        <translation>{pending:,} zu prüfen</translation>
    </message>
    <message>
        <location filename="qt/window/undoing.py"/>
        <source>Undone: {label}</source>
        <translation>Rückgängig gemacht: {label}</translation>
    </message>
    <message>
        <location filename="qt/window/undoing.py"/>
        <source>&amp;Undo: {undo_label}</source>
        <translation>&amp;Rückgängig: {undo_label}</translation>
    </message>
    <message>
        <location filename="qt/window/undoing.py"/>
        <source>&amp;Redo: {redo_label}</source>
        <translation>&amp;Wiederholen: {redo_label}</translation>
    </message>
    <message>
        <location filename="qt/window/undoing.py"/>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <location filename="qt/window/unread_pictures.py"/>
        <source>{pictures} weren't read when the window was closed</source>
        <translation>{pictures} wurden vor dem Schließen des Fensters nicht mehr gelesen</translation>
    </message>
    <message>
        <location filename="qt/window/unread_pictures.py"/>
        <source>Scan them</source>
        <translation>Scannen</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Not here yet. It is fetched once from TCGdex, about 10 MB, in the background; the line at the bottom of the window says how far it is. Cards are read meanwhile, and named when it is there.</source>
        <translation>Noch nicht da. Er wird einmal von TCGdex geholt, etwa 10 MB, im Hintergrund; die Zeile unten im Fenster sagt, wie weit es ist. Karten werden inzwischen gelesen und benannt, wenn er da ist.</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>The reduced one, from a package registry: English printings up to March 2025. Where TCGdex can be reached, Catalogue → Update gets the full one.</source>
        <translation>Der eingeschränkte, aus einem Paketverzeichnis: englische Drucke bis März 2025. Wo TCGdex erreichbar ist, holt Katalog → Aktualisieren den vollen.</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>{printings:,} printings, from {source}.</source>
        <translation>{printings:,} Drucke, von {source}.</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Welcome</source>
        <translation>Willkommen</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Try {samples} sample cards</source>
        <translation>{samples} Beispielkarten probieren</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Reading models…</source>
        <translation>Lesemodelle…</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Open the guide</source>
        <translation>Anleitung öffnen</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Welcome to Cardscanner</source>
        <translation>Willkommen bei Cardscanner</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>What it does</source>
        <translation>Was es tut</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Drop photos of your cards on the window, or lay them under a camera. It names the exact printing of each and puts it into your collection. What it isn't sure of waits in Review: it asks rather than guesses.</source>
        <translation>Legen Sie Fotos Ihrer Karten auf dem Fenster ab, oder Karten unter eine Kamera. Es nennt den genauen Druck jeder Karte und nimmt sie in Ihre Sammlung auf. Was nicht sicher ist, wartet in „Prüfen“: es fragt, statt zu raten.</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>What stays on this machine</source>
        <translation>Was auf diesem Rechner bleibt</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Everything: pictures, collection, what was read. No account, nothing is sent. Only the catalogue is fetched by itself (Settings → Stay offline leaves it out); pictures of printings, models and prices only when you ask for them.</source>
        <translation>Alles: Bilder, Sammlung, Gelesenes. Kein Konto, nichts wird gesendet. Nur der Katalog wird von selbst geholt (Einstellungen → Offline bleiben schaltet das aus); Bilder der Drucke, Modelle und Preise nur, wenn Sie danach fragen.</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Any webcam will do. Lay the card flat, in even light, without a lamp's reflection on it. Your system may ask once whether the camera may be used.</source>
        <translation>Jede Webcam genügt. Legen Sie die Karte flach hin, in gleichmäßigem Licht, ohne dass sich eine Lampe darin spiegelt. Ihr System fragt vielleicht einmal, ob die Kamera benutzt werden darf.</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>A second reader, if you like</source>
        <translation>Ein zweiter Leser, wenn Sie möchten</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>A model of 0.3 to 0.6 GB can read what the quick reader isn't sure of. It costs some seconds a card; everything works without it.</source>
        <translation>Ein Modell von 0,3 bis 0,6 GB kann lesen, was der schnelle Leser nicht sicher weiß. Es kostet einige Sekunden je Karte; alles geht auch ohne.</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>The samples were drawn by us. They go into your collection like any card; Undo (Ctrl+Z) takes them out again.</source>
        <translation>Die Beispiele haben wir gezeichnet. Sie kommen wie jede Karte in Ihre Sammlung; Rückgängig (Strg+Z) nimmt sie wieder heraus.</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Games and catalogue</source>
        <translation>Spiele und Katalog</translation>
    </message>
</context>
<context>
    <name>command line</name>
    <message>
        <location filename="cli.py"/>
        <source>Name the exact printing of trading cards in pictures, on this machine, offline.</source>
        <translation>Nennt den genauen Druck von Sammelkarten auf Bildern, auf diesem Rechner, ohne Netz.</translation>
    </message>
    <message>
        <location filename="cli.py"/>
        <source>Where collection, catalogue and settings are kept.</source>
        <translation>Wo Sammlung, Katalog und Einstellungen liegen.</translation>
    </message>
    <message>
        <location filename="cli.py"/>
        <source>Of a reading model; 0 for one for each core. Without it: as in the settings.</source>
        <translation>Eines Lesemodells; 0 für einen je Kern. Ohne Angabe: wie in den Einstellungen.</translation>
    </message>
    <message>
        <location filename="cli.py"/>
        <source>Give each thread of a reading model a core of its own.</source>
        <translation>Jedem Thread eines Lesemodells einen eigenen Kern geben.</translation>
    </message>
    <message>
        <location filename="cli.py"/>
        <source>Never let a reading model be swapped out, where the system allows that.</source>
        <translation>Ein Lesemodell nie auslagern lassen, wo das System es erlaubt.</translation>
    </message>
    <message>
        <location filename="cli.py"/>
        <source>Say more on standard error; -vv says all.</source>
        <translation>Sagt mehr auf der Fehlerausgabe; -vv sagt alles.</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Restored. What was there is in “{path}”.</source>
        <translation>Wiederhergestellt. Was vorher da war, ist in „{path}“.</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>{copies:,} cards in {entries:,} lines, {scans:,} scans and {photos:,} photos</source>
        <translation>{copies:,} Karten in {entries:,} Zeilen, {scans:,} Scans und {photos:,} Fotos</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Wrote {counts} to {path}</source>
        <translation>{counts} in {path} geschrieben</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>The backup of {when} holds {counts}.</source>
        <translation>Die Sicherung vom {when} enthält {counts}.</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>There is no collection in “{parent}” yet.</source>
        <translation>In „{parent}“ ist noch keine Sammlung.</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>There is no backup in “{folder}”.</source>
        <translation>In „{folder}“ ist keine Sicherung.</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Put the backup in place of the collection?</source>
        <translation>Die Sicherung an die Stelle der Sammlung setzen?</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Restored. What was there is kept as “{kept}”.</source>
        <translation>Wiederhergestellt. Was vorher da war, bleibt als „{kept}“ erhalten.</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>The collection now holds {counts}.</source>
        <translation>Die Sammlung enthält jetzt {counts}.</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Write the collection, its scans and all photos into one file.

The window and a service may go on using the collection meanwhile.</source>
        <translation>Schreibt die Sammlung, ihre Scans und alle Fotos in eine Datei.

Fenster und Dienst dürfen die Sammlung währenddessen weiter benutzen.</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Put the collection of a backup in place of the present one.

Without FILE it is the newest good one of the backups of every day. The present collection is
backed up before; one that is damaged is kept beside.</source>
        <translation>Setzt die Sammlung einer Sicherung an die Stelle der jetzigen.

Ohne FILE ist es die neueste gute der täglichen Sicherungen. Die jetzige Sammlung wird vorher
gesichert; eine beschädigte bleibt daneben erhalten.</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>The file to write; without it one is added to the backups of every day.</source>
        <translation>Die Datei, die geschrieben wird; ohne Angabe kommt eine zu den täglichen Sicherungen hinzu.</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Don't ask.</source>
        <translation>Nicht nachfragen.</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Say what the backup holds, no more.</source>
        <translation>Nur sagen, was die Sicherung enthält.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>{done} of {total} done</source>
        <translation>{done} von {total} fertig</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Every batch is done.</source>
        <translation>Alle Stapel sind fertig.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>No picture of it has failed.</source>
        <translation>Kein Bild daraus ist fehlgeschlagen.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Watching {folder}; Ctrl+C ends it.</source>
        <translation>{folder} wird beobachtet; Strg+C beendet es.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>There is no batch {number}; cardscanner batch list shows all.</source>
        <translation>Es gibt keinen Stapel {number}; cardscanner batch list zeigt alle.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>A cluster reads batch {id}: `cardscanner cluster batch` goes on with it.</source>
        <translation>Ein Cluster liest Stapel {id}: `cardscanner cluster batch` macht damit weiter.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>{failed} failed</source>
        <translation>{failed} fehlgeschlagen</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>{same} the same as another</source>
        <translation>{same} gleich wie ein anderes</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>{counted_before} scanned before</source>
        <translation>{counted_before} schon früher gescannt</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>about {value} min to go</source>
        <translation>noch etwa {value} min</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>There are no batches yet: cardscanner scan --batch FOLDER makes one.</source>
        <translation>Es gibt noch keine Stapel: cardscanner scan --batch FOLDER legt einen an.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>
Stopped; `cardscanner batch resume` goes on.</source>
        <translation>
Angehalten; `cardscanner batch resume` macht weiter.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Pictures that are scanned in the background, also over several runs.</source>
        <translation>Bilder, die im Hintergrund gescannt werden, auch über mehrere Starts hinweg.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Show the batches, newest first.</source>
        <translation>Zeigt die Stapel, die neuesten zuerst.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Go on with these batches, or with all that are unfinished and not paused.</source>
        <translation>Macht mit diesen Stapeln weiter, oder mit allen, die unfertig und nicht angehalten sind.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Let a batch wait until `resume`; also one that another program works on.</source>
        <translation>Lässt einen Stapel bis `resume` warten; auch einen, an dem ein anderes Programm arbeitet.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Give up what is left of a batch; what was recorded stays.</source>
        <translation>Gibt den Rest eines Stapels auf; was schon festgehalten ist, bleibt.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Read the pictures of a batch again that couldn't be read.</source>
        <translation>Liest die Bilder eines Stapels noch einmal, die nicht lesbar waren.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Scan what arrives in FOLDER and below it, until it is interrupted.

What is there already is scanned first, unless that was done before.</source>
        <translation>Scannt, was in FOLDER und darunter ankommt, bis es unterbrochen wird.

Was schon dort liegt, wird zuerst gescannt, falls das noch nicht geschehen ist.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Not only the last twenty.</source>
        <translation>Nicht nur die letzten zwanzig.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Fetch nothing, not even a missing catalogue.</source>
        <translation>Nichts aus dem Netz holen, auch keinen fehlenden Katalog.</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>{cards} cards; what stands on {known} of them is known.</source>
        <translation>{cards} Karten; von {known} ist bekannt, was darauf steht.</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>There is no layout {unknown}; there are {layouts}.</source>
        <translation>Es gibt keine Kachelung {unknown}; es gibt {layouts}.</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>No card was found in the pictures of {photos}.</source>
        <translation>Auf den Bildern in {photos} wurde keine Karte gefunden.</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>The table {path} has no column “file”.</source>
        <translation>Die Tabelle {path} hat keine Spalte „file“.</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>No model is ready. Get one with: cardscanner models download</source>
        <translation>Kein Modell ist bereit. Holen Sie eines mit: cardscanner models download</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>Preparing {title} {variant}…</source>
        <translation>{title} {variant} wird vorbereitet…</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>one by one</source>
        <translation>einzeln</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>The table {path} can't be read ({error}).</source>
        <translation>Die Tabelle {path} kann nicht gelesen werden ({error}).</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>{out} can't be written ({strerror}).</source>
        <translation>{out} kann nicht geschrieben werden ({strerror}).</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>{printings:,} printings in {sets} sets ({size:.0f} MB)</source>
        <translation>{printings:,} Drucke in {sets} Sets ({size:.0f} MB)</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>from {source} {version}, licence {licence}</source>
        <translation>von {source} {version}, Lizenz {licence}</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>built {astimezone:%Y-%m-%d %H:%M}, {path}</source>
        <translation>gebaut {astimezone:%Y-%m-%d %H:%M}, {path}</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Offline: name a file or folder with --from.</source>
        <translation>Offline: Nennen Sie mit --from eine Datei oder einen Ordner.</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Nothing fits.</source>
        <translation>Nichts passt.</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>There is no game {game_id!r}. There are: {games}.</source>
        <translation>Es gibt kein Spiel {game_id!r}. Es gibt: {games}.</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>{origin} holds no card data of {title}.</source>
        <translation>{origin} enthält keine Kartendaten von {title}.</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>reduced: it lacks cards and languages of the full one</source>
        <translation>eingeschränkt: Karten und Sprachen des vollen Katalogs fehlen</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>{error} --allow-smaller replaces it all the same.</source>
        <translation>{error} --allow-smaller ersetzt ihn trotzdem.</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>left out, not readable: {name}</source>
        <translation>ausgelassen, nicht lesbar: {name}</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>The catalogue of printings: every card there is.</source>
        <translation>Der Katalog der Drucke: jede Karte, die es gibt.</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Fetch the catalogue and put it in place of the old one.

One that is poorer or older than the one in use is refused. The old catalogue stays in use until
the new one is complete.</source>
        <translation>Holt den Katalog und setzt ihn an die Stelle des alten.

Einer, der ärmer oder älter ist als der benutzte, wird abgelehnt. Der alte Katalog bleibt in
Gebrauch, bis der neue vollständig ist.</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Say what the catalogue is made of.</source>
        <translation>Sagt, woraus der Katalog besteht.</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Find printings by name, number, set code or set name, in any order.

For example: "PAL 12", "012/193", "charizard obsidian", "SWSH174".</source>
        <translation>Findet Drucke nach Name, Nummer, Set-Kürzel oder Set-Name, in beliebiger Reihenfolge.

Zum Beispiel: "PAL 12", "012/193", "charizard obsidian", "SWSH174".</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>A TCGdex or PTCG-database archive or folder, a wheel or a built catalogue on this machine; or only this repository, or only the package registry. May be given several times: the first counts, the others fill its gaps. Without it: TCGdex and PTCG-database, else the registry.</source>
        <translation>Ein Archiv oder Ordner von TCGdex oder der PTCG-database, ein Wheel oder ein gebauter Katalog auf diesem Rechner; oder nur dieses Verzeichnis, oder nur das Paketverzeichnis. Darf mehrmals angegeben werden: das erste zählt, die anderen füllen seine Lücken. Ohne Angabe: TCGdex und PTCG-database, sonst das Paketverzeichnis.</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Whose catalogue.</source>
        <translation>Wessen Katalog.</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Replace the catalogue in use also by a poorer or older one.</source>
        <translation>Den benutzten Katalog auch durch einen ärmeren oder älteren ersetzen.</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>At most so many lines.</source>
        <translation>Höchstens so viele Zeilen.</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>{number} of {least} to {most} readers</source>
        <translation>{number} von {least} bis {most} Lesern</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source> at {url}</source>
        <translation> unter {url}</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>{state}{at}: {readers}, {waiting} of {queue} pictures waiting, {retries} read again after a reader was lost</source>
        <translation>{state}{at}: {readers}, {waiting} von {queue} Bildern warten, {retries} nach dem Verlust eines Lesers neu gelesen</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>  {replica}  {node} process {pid}, {seconds} s, {pictures} pictures, {mb} MB</source>
        <translation>  {replica}  {node} Prozess {pid}, {seconds} s, {pictures} Bilder, {mb} MB</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>there are at most {most} readers</source>
        <translation>es gibt höchstens {most} Leser</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>Read on many cores and machines with Ray (extra `cluster`).

A Ray cluster belongs in a trusted network: who may speak to it can run programs on it.</source>
        <translation>Auf vielen Kernen und Rechnern mit Ray lesen (Zusatz `cluster`).

Ein Ray-Cluster gehört in ein vertrauenswürdiges Netz: wer ihn erreicht, kann Programme darauf starten.</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>Answer as `cardscanner serve` does, with readers that are processes of their own.

A reader that ends is replaced, and its picture goes to another one.</source>
        <translation>Antwortet wie `cardscanner serve`, mit Lesern in eigenen Prozessen.

Ein Leser, der endet, wird ersetzt, und sein Bild geht an einen anderen.</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>Tell who reads, what waits, and what is wrong.</source>
        <translation>Sagt, wer liest, was wartet und was nicht stimmt.</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>Processes that read cards, some 400 MB each; without it, one for each core.</source>
        <translation>Prozesse, die Karten lesen, je etwa 400 MB; ohne Angabe einer je Kern.</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>Keep only so many readers while little waits; without it, all of them.</source>
        <translation>Nur so viele Leser behalten, solange wenig wartet; ohne Angabe alle.</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>Of a Ray that was started otherwise, such as 10.0.0.5:6379.</source>
        <translation>Eines anderswo gestarteten Ray, wie 10.0.0.5:6379.</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>With the token of that Ray; without it, as the environment says.</source>
        <translation>Mit dem Token dieses Ray; ohne Angabe, wie die Umgebung sagt.</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>For programs.</source>
        <translation>Für Programme.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>{done} of {total} pictures, {rate:.1f} a second</source>
        <translation>{done} von {total} Bildern, {rate:.1f} in der Sekunde</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Say where to: --json FILE, --parquet FILE, or both.</source>
        <translation>Sagen Sie, wohin: --json FILE, --parquet FILE oder beides.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Either paths here or --s3: they are read in different ways.</source>
        <translation>Entweder Pfade hier oder --s3: sie werden verschieden gelesen.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>What to read: paths, --list or --s3.</source>
        <translation>Was gelesen wird: Pfade, --list oder --s3.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>There are no pictures there.</source>
        <translation>Dort sind keine Bilder.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Another program works on batch {id}, which reads the same pictures; one is enough. `cardscanner batch pause {id}` stops it.</source>
        <translation>Ein anderes Programm arbeitet an Stapel {id}, der dieselben Bilder liest; einer genügt. `cardscanner batch pause {id}` hält ihn an.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Going on with batch {id}: {waiting} pictures wait.</source>
        <translation>Weiter mit Stapel {id}: {waiting} Bilder warten.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>It was begun into the collection, and goes on like that.</source>
        <translation>Er wurde in die Sammlung begonnen und geht so weiter.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>It was begun without the collection, and goes on like that.</source>
        <translation>Er wurde ohne die Sammlung begonnen und geht so weiter.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>{words}, about {left:.0f} min to go</source>
        <translation>{words}, noch etwa {left:.0f} min</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>{count} answers are in {json_file}.</source>
        <translation>{count} Antworten sind in {json_file}.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>{count} answers are in {parquet_file}.</source>
        <translation>{count} Antworten sind in {parquet_file}.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Batch {number} was deleted meanwhile.</source>
        <translation>Stapel {number} wurde inzwischen gelöscht.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>There is no batch {number} that a cluster read.</source>
        <translation>Es gibt keinen Stapel {number}, den ein Cluster gelesen hat.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>
Stopped; the same command goes on.</source>
        <translation>
Angehalten; derselbe Befehl macht weiter.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Read many pictures on a cluster: files, folders, patterns, a list, or an object store.

Each answer is recorded once, in the data folder here. When it is interrupted, or this machine
loses its power, the same command goes on where it was.

The exit status is 0 when every picture could be read, 1 otherwise.</source>
        <translation>Liest viele Bilder auf einem Cluster: Dateien, Ordner, Muster, eine Liste oder einen Objektspeicher.

Jede Antwort wird einmal festgehalten, im Datenordner hier. Nach einer Unterbrechung oder wenn dieser
Rechner den Strom verliert, macht derselbe Befehl dort weiter.

Der Status ist 0, wenn jedes Bild gelesen werden konnte, sonst 1.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Write the answers of a batch that a cluster read, also of one that isn't done yet.</source>
        <translation>Schreibt die Antworten eines Stapels, den ein Cluster las, auch eines noch unfertigen.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Write the answers to this file, one JSON object a line, as `scan --json` prints them.</source>
        <translation>Die Antworten in diese Datei schreiben, ein JSON-Objekt je Zeile, wie `scan --json` sie ausgibt.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Write the answers to this file, one row a picture.</source>
        <translation>Die Antworten in diese Datei schreiben, eine Zeile je Bild.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Read an object store: s3://bucket/folder, or http://host:9000/bucket/folder for one of your own. Its keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, on every node.</source>
        <translation>Einen Objektspeicher lesen: s3://bucket/folder, oder http://host:9000/bucket/folder für einen eigenen. Seine Schlüssel kommen aus AWS_ACCESS_KEY_ID und AWS_SECRET_ACCESS_KEY, auf jedem Knoten.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>A file with one path on a line, or with --s3 one key.</source>
        <translation>Eine Datei mit einem Pfad je Zeile, oder mit --s3 einem Schlüssel.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Put identified cards into the collection; the others wait in the window's Review.</source>
        <translation>Erkannte Karten in die Sammlung übernehmen; die anderen warten im Fenster unter „Prüfen“.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>With --add: count cards once more that were counted.</source>
        <translation>Mit --add: schon gezählte Karten noch einmal zählen.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>How many read side by side. Without it: as many as there are processor cores.</source>
        <translation>Wie viele nebeneinander lesen. Ohne Angabe: so viele, wie es Prozessorkerne gibt.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Join this Ray cluster instead of starting one on this machine.</source>
        <translation>Diesem Ray-Cluster beitreten, statt einen auf diesem Rechner zu starten.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>With --address: the file with the cluster's token.</source>
        <translation>Mit --address: die Datei mit dem Token des Clusters.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>With --address: where the nodes have the catalogue. Without it: where it is here.</source>
        <translation>Mit --address: wo die Knoten den Katalog haben. Ohne Angabe: wo er hier ist.</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>{written} rows would be written</source>
        <translation>{written} Zeilen würden geschrieben</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>{written} rows written to {output}</source>
        <translation>{written} Zeilen in {output} geschrieben</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>{part}: this format has no place for it, {rows} rows</source>
        <translation>{part}: dieses Format hat keinen Platz dafür, {rows} Zeilen</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>Left out: {name} {printed_number} ({set_name}): {reason}</source>
        <translation>Ausgelassen: {name} {printed_number} ({set_name}): {reason}</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>… and {left_out} more</source>
        <translation>… und {left_out} weitere</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>Say with -o which file to write.</source>
        <translation>Sagen Sie mit -o, welche Datei geschrieben werden soll.</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>Write the collection to a CSV file, newest cards first.

Cards that the format can't carry are listed on standard error with the reason.</source>
        <translation>Schreibt die Sammlung in eine CSV-Datei, die neuesten Karten zuerst.

Karten, die das Format nicht fassen kann, stehen mit dem Grund auf der Fehlerausgabe.</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>plain keeps every field and can be read back.</source>
        <translation>plain behält jedes Feld und kann wieder eingelesen werden.</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>The file to write; - for standard output.</source>
        <translation>Die Datei, die geschrieben wird; - für die Standardausgabe.</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>Only entries that this search finds.</source>
        <translation>Nur Einträge, die diese Suche findet.</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>Only the cards of this session of live scanning.</source>
        <translation>Nur die Karten dieser Sitzung des Live-Scannens.</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>Show the first rows and what is left out, no more.</source>
        <translation>Nur die ersten Zeilen zeigen und was ausgelassen wird.</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>{name}: {title}, {rows:,} rows</source>
        <translation>{name}: {title}, {rows:,} Zeilen</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>{cards:,} rows are cards ({copies:,} copies), {waiting:,} would wait in Review, {none:,} say that there is no copy.</source>
        <translation>{cards:,} Zeilen sind Karten ({copies:,} Exemplare), {waiting:,} würden in „Prüfen“ warten, {none:,} sagen, dass es kein Exemplar gibt.</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>Line {line}: {title}: {reason}</source>
        <translation>Zeile {line}: {title}: {reason}</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>… and {more:,} rows more</source>
        <translation>… und {more:,} weitere Zeilen</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>The same file was imported on {when}.</source>
        <translation>Dieselbe Datei wurde am {when} importiert.</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>Nothing was imported: --again counts its cards once more.</source>
        <translation>Nichts wurde importiert: --again zählt die Karten noch einmal.</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>Imported {copies:,} cards in {cards:,} rows; {waiting:,} wait in Review.</source>
        <translation>{copies:,} Karten in {cards:,} Zeilen importiert; {waiting:,} warten in „Prüfen“.</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>Put the cards of a CSV file into the collection.

Files of Cardscanner, the TCGplayer app, Collectr, Dragon Shield, Deckbox, TCG Collector and
Cardmarket are known by their columns. Rows whose printing isn't sure wait in the window's
Review with all that the file says of them; none is dropped.</source>
        <translation>Übernimmt die Karten einer CSV-Datei in die Sammlung.

Dateien von Cardscanner, der TCGplayer-App, Collectr, Dragon Shield, Deckbox, TCG Collector und
Cardmarket werden an ihren Spalten erkannt. Zeilen, deren Druck nicht sicher ist, warten im Fenster
unter „Prüfen“ mit allem, was die Datei über sie sagt; keine geht verloren.</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>The program that wrote the file; without it, its columns tell.</source>
        <translation>Das Programm, das die Datei geschrieben hat; ohne Angabe sagen es die Spalten.</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>Say what it would bring, no more.</source>
        <translation>Nur sagen, was sie bringen würde.</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>Also when the same file was imported before.</source>
        <translation>Auch wenn dieselbe Datei schon importiert wurde.</translation>
    </message>
    <message>
        <location filename="commands/keep.py"/>
        <source>{kept} kept, {waiting} to review</source>
        <translation>{kept} behalten, {waiting} zu prüfen</translation>
    </message>
    <message>
        <location filename="commands/keep.py"/>
        <source>{words}, {pictures} skipped: scanned before (--again counts them again)</source>
        <translation>{words}, {pictures} übersprungen: schon früher gescannt (--again zählt sie noch einmal)</translation>
    </message>
    <message>
        <location filename="commands/keep.py"/>
        <source>1 picture</source>
        <translation>1 Bild</translation>
    </message>
    <message>
        <location filename="commands/keep.py"/>
        <source>{skipped} pictures</source>
        <translation>{skipped} Bilder</translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>There is no file {missing}.</source>
        <translation>Es gibt keine Datei {missing}.</translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>The user and password of {camera} are not kept on this system. Write them into the address, as in rtsp://user:password@camera/stream.</source>
        <translation>Benutzer und Kennwort von {camera} werden auf diesem System nicht aufbewahrt. Schreiben Sie sie in die Adresse, wie in rtsp://user:password@camera/stream.</translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>Name cards as they are laid under a camera; Ctrl-C ends.

Lay a card down, wait for its line, lay down the next. The exit status is 1 when the camera or
file couldn't be opened.</source>
        <translation>Nennt Karten, während sie unter eine Kamera gelegt werden; Strg-C beendet es.

Legen Sie eine Karte hin, warten Sie auf ihre Zeile, legen Sie die nächste hin. Der Status ist 1,
wenn Kamera oder Datei nicht geöffnet werden konnte.</translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>A camera by its name or index, a video file, a folder of pictures, or an address.</source>
        <translation>Eine Kamera mit Name oder Nummer, eine Videodatei, ein Bilderordner oder eine Adresse.</translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>List the cameras and end.</source>
        <translation>Die Kameras auflisten und enden.</translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>One JSON object a line on standard output.</source>
        <translation>Ein JSON-Objekt je Zeile auf der Standardausgabe.</translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>Of a video file, however long that takes.</source>
        <translation>Aus einer Videodatei, gleich wie lange das dauert.</translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>Whether an installed model reads too. Without it: as in the settings.</source>
        <translation>Ob ein installiertes Modell mitliest. Ohne Angabe: wie in den Einstellungen.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Text recognition alone reads</source>
        <translation>Nur die Texterkennung liest</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>A model reads too where text recognition is unsure</source>
        <translation>Ein Modell liest mit, wo die Texterkennung unsicher ist</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>A model reads every card</source>
        <translation>Ein Modell liest jede Karte</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{title} ({wanted}) is {bytes:.0f} MB, licence {licence} ({licence_url}), from {repository} at {revision}.</source>
        <translation>{title} ({wanted}) hat {bytes:.0f} MB, Lizenz {licence} ({licence_url}), von {repository}, Stand {revision}.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{title}: every file is as it was installed.</source>
        <translation>{title}: Jede Datei ist so, wie sie installiert wurde.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{title} was removed; {freed:.0f} MB are free again.</source>
        <translation>{title} wurde entfernt; {freed:.0f} MB sind wieder frei.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{title} is ready.</source>
        <translation>{title} ist bereit.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>	about {sizes}; about {memory:.1f} GB of memory</source>
        <translation>	etwa {sizes}; etwa {memory:.1f} GB Arbeitsspeicher</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>ready</source>
        <translation>bereit</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>to be prepared: {reason}</source>
        <translation>noch vorzubereiten: {reason}</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>revision {revision}</source>
        <translation>Stand {revision}</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>from a folder</source>
        <translation>aus einem Ordner</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>	installed: {variants} ({bytes:.0f} MB, {origin}), {ready}</source>
        <translation>	installiert: {variants} ({bytes:.0f} MB, {origin}), {ready}</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Offline: name a folder with --from.</source>
        <translation>Offline: Nennen Sie mit --from einen Ordner.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Other files are known of this revision: {files}. What the hub says of them is checked.</source>
        <translation>Von diesem Stand sind andere Dateien bekannt: {files}. Geprüft wird, was der Hub über sie sagt.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Download it?</source>
        <translation>Herunterladen?</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{title}: {broken}. Get them again with: cardscanner models download {id}</source>
        <translation>{title}: {broken}. Neu holen mit: cardscanner models download {id}</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Delete {title}?</source>
        <translation>{title} löschen?</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{name}	{seconds:.0f} ms</source>
        <translation>{name}	{seconds:.0f} ms</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>kept</source>
        <translation>behalten</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>left out</source>
        <translation>ausgelassen</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>It will be asked; “cardscanner models use fast” takes that back.</source>
        <translation>Es wird gefragt; „cardscanner models use fast“ nimmt das zurück.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>To ask it where text is unsure: cardscanner models use balanced {id}</source>
        <translation>Um es bei unsicherem Text zu fragen: cardscanner models use balanced {id}</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{v} {mb} MB</source>
        <translation>{v} {mb} MB</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>	not installed</source>
        <translation>	nicht installiert</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Ask it where text recognition is unsure?</source>
        <translation>Es fragen, wo die Texterkennung unsicher ist?</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Downloading {title}</source>
        <translation>{title} wird heruntergeladen</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Reading {title}</source>
        <translation>{title} wird gelesen</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Models that read and verify cards. The program works without any.</source>
        <translation>Modelle, die Karten lesen und bestätigen. Das Programm arbeitet auch ohne.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Say which models there are, what they take, and which are installed.</source>
        <translation>Sagt, welche Modelle es gibt, was sie brauchen und welche installiert sind.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Download and prepare a model; one that was cut off goes on where it stopped.

HF_ENDPOINT names a mirror, HF_HUB_OFFLINE forbids, proxies come from the usual variables.</source>
        <translation>Lädt ein Modell herunter und bereitet es vor; ein abgebrochener Download geht dort weiter.

HF_ENDPOINT nennt einen Spiegel, HF_HUB_OFFLINE verbietet es, Proxys kommen aus den üblichen Variablen.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Remember when a model reads too: never, where text recognition is unsure, or always.</source>
        <translation>Merkt sich, wann ein Modell mitliest: nie, wo die Texterkennung unsicher ist, oder immer.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Make an installed model ready for this computer; says what was tried and why it was kept.</source>
        <translation>Macht ein installiertes Modell für diesen Rechner bereit; sagt, was versucht und warum es behalten wurde.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Read an installed model's files again and compare them with what was installed.</source>
        <translation>Liest die Dateien eines installierten Modells noch einmal und vergleicht sie mit dem Installierten.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Delete a model's files.</source>
        <translation>Löscht die Dateien eines Modells.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Time an installed model here; with photos, all that are ready, and how well they read.

With photos each way of asking is tried: five layouts of tiles, all fields at once or one by
one, the picture before or after the question, with a draft and without. Then drafts are held
against a grey card, a card's back and other cards: how often would the model confirm them?</source>
        <translation>Misst hier ein installiertes Modell; mit Fotos alle bereiten, und wie gut sie lesen.

Mit Fotos wird jede Art zu fragen versucht: fünf Kachelungen, alle Felder auf einmal oder einzeln, das Bild
vor oder nach der Frage, mit Entwurf und ohne. Dann werden Entwürfe gegen eine graue Karte, eine
Kartenrückseite und andere Karten gehalten: wie oft würde das Modell sie bestätigen?</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Which files: uint8, int8, fp16, fp32 or q4; by default what suits.</source>
        <translation>Welche Dateien: uint8, int8, fp16, fp32 oder q4; ohne Angabe, was passt.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Use a folder on disk instead of downloading.</source>
        <translation>Einen Ordner auf der Festplatte benutzen, statt herunterzuladen.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Take the newest revision, or a folder's files whatever they are, not just the known one.</source>
        <translation>Den neuesten Stand nehmen, oder die Dateien eines Ordners, wie sie sind, nicht nur den bekannten.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Agree to size and licence without being asked.</source>
        <translation>Größe und Lizenz ohne Rückfrage zustimmen.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Read these pictures of cards, in each way of asking, and print how that did.</source>
        <translation>Diese Kartenbilder lesen, auf jede Art gefragt, und ausgeben, wie es gelang.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>A table with the column “file” and what stands on the card: name, number, hp and so on. Without it: what the catalogue says of cards that text recognition identifies.</source>
        <translation>Eine Tabelle mit der Spalte „file“ und dem, was auf der Karte steht: name, number, hp und so weiter. Ohne Angabe: was der Katalog über die von der Texterkennung erkannten Karten sagt.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Write the result to this file too. It holds figures only, no picture and no path.</source>
        <translation>Das Ergebnis auch in diese Datei schreiben. Sie enthält nur Zahlen, kein Bild und keinen Pfad.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Only this layout of tiles; may be given again.</source>
        <translation>Nur diese Kachelung; darf mehrmals angegeben werden.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Each installed quantisation, not the best one.</source>
        <translation>Jede installierte Quantisierung, nicht nur die beste.</translation>
    </message>
    <message>
        <location filename="commands/opening.py"/>
        <source>There is no card catalogue yet; no printing can be named offline.</source>
        <translation>Es gibt noch keinen Kartenkatalog; ohne Netz kann kein Druck genannt werden.</translation>
    </message>
    <message>
        <location filename="commands/opening.py"/>
        <source>{error} Going on without the card catalogue.</source>
        <translation>{error} Es geht ohne den Kartenkatalog weiter.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{pictures:,} small pictures of {sets} sets from {hostname}, up to about {size} and {time} at three a second. {kept} Pictures that are fingerprinted already: {known:,}.</source>
        <translation>{pictures:,} kleine Bilder aus {sets} Sets von {hostname}, bis zu etwa {size} und {time} bei drei in der Sekunde. {kept} Bilder, die schon einen Fingerabdruck haben: {known:,}.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Name sets with --sets, or take --all, --from or --export.</source>
        <translation>Nennen Sie Sets mit --sets, oder benutzen Sie --all, --from oder --export.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{index:,} fingerprints in {target} ({st_size:.1f} MB)</source>
        <translation>{index:,} Fingerabdrücke in {target} ({st_size:.1f} MB)</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{minutes:.1f} hours</source>
        <translation>{minutes:.1f} Stunden</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{value} minutes</source>
        <translation>{value} Minuten</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{bytes:.0f} MB</source>
        <translation>{bytes:.0f} MB</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{bytes:.1f} GB</source>
        <translation>{bytes:.1f} GB</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>The pictures are kept too, for yourself; they are their makers' copyright.</source>
        <translation>Auch die Bilder werden aufbewahrt, für Sie selbst; das Urheberrecht liegt bei ihren Schöpfern.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Only fingerprints of 64 bytes are kept.</source>
        <translation>Nur Fingerabdrücke von 64 Byte werden aufbewahrt.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{taken:,} new</source>
        <translation>{taken:,} neu</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{total:,} printings have a fingerprint ({parts}).</source>
        <translation>{total:,} Drucke haben einen Fingerabdruck ({parts}).</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>--from takes in what is there; leave --sets and --all out.</source>
        <translation>--from übernimmt, was da ist; lassen Sie --sets und --all weg.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>There are no fingerprints to export yet.</source>
        <translation>Es gibt noch keine Fingerabdrücke zum Exportieren.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{known:,} were there</source>
        <translation>{known:,} waren da</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>of {absent:,} there is no picture</source>
        <translation>von {absent:,} gibt es kein Bild</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{unknown:,} fit no printing of this catalogue</source>
        <translation>{unknown:,} passen zu keinem Druck dieses Katalogs</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>refused {count:,}: {why} ({named})</source>
        <translation>{count:,} abgelehnt: {why} ({named})</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Fetch them?</source>
        <translation>Holen?</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>This game has no server of pictures; take --from.</source>
        <translation>Für dieses Spiel gibt es keinen Bilderserver; benutzen Sie --from.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Fetch small pictures of printings, by which cards are named whose print can't be read.

Only 64 bytes of each are kept. A run that was cut off goes on where it stopped, and after a
catalogue update only what is new is fetched: without options, of what was chosen before.</source>
        <translation>Holt kleine Bilder der Drucke, an denen Karten erkannt werden, deren Schrift nicht lesbar ist.

Nur 64 Byte von jedem werden aufbewahrt. Ein abgebrochener Lauf geht dort weiter, und nach einer
Aktualisierung des Katalogs wird nur Neues geholt: ohne Angaben das, was zuvor gewählt war.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Only these sets, by id or code: sv02,PAF.</source>
        <translation>Nur diese Sets, nach Kennung oder Kürzel: sv02,PAF.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>All sets, the newest first.</source>
        <translation>Alle Sets, die neuesten zuerst.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>A file that another desk exported, a table of ids and fingerprints, or a folder of pictures, instead of the asset server.</source>
        <translation>Eine Datei, die ein anderer Arbeitsplatz exportiert hat, eine Tabelle von Kennungen und Fingerabdrücken oder ein Bilderordner, statt des Bilderservers.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Whose pictures to prefer: en,de. The art is shared.</source>
        <translation>Wessen Bilder bevorzugt werden: en,de. Die Abbildung ist dieselbe.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Keep the pictures themselves too.</source>
        <translation>Auch die Bilder selbst aufbewahren.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Write all fingerprints into this file, for another desk's --from.</source>
        <translation>Alle Fingerabdrücke in diese Datei schreiben, für --from an einem anderen Arbeitsplatz.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Whose pictures.</source>
        <translation>Wessen Bilder.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Another server laid out so.</source>
        <translation>Ein anderer Server mit demselben Aufbau.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Agree to size and time without being asked.</source>
        <translation>Größe und Dauer ohne Rückfrage zustimmen.</translation>
    </message>
    <message>
        <location filename="commands/rescue.py"/>
        <source>“{path}” is damaged: {damage}</source>
        <translation>„{path}“ ist beschädigt: {damage}</translation>
    </message>
    <message>
        <location filename="commands/rescue.py"/>
        <source>Saved {salvaged}. The damaged file is kept as “{kept}”.</source>
        <translation>{salvaged} gerettet. Die beschädigte Datei bleibt als „{kept}“ erhalten.</translation>
    </message>
    <message>
        <location filename="commands/rescue.py"/>
        <source>“{path}” is in order.</source>
        <translation>„{path}“ ist in Ordnung.</translation>
    </message>
    <message>
        <location filename="commands/rescue.py"/>
        <source>Check the collection's file; if it is damaged, save what can be read into a new one.

The new file takes the place of the damaged one, which is kept beside it. Close the window and
whatever else uses the collection before.</source>
        <translation>Prüft die Datei der Sammlung; ist sie beschädigt, wird das Lesbare in eine neue gerettet.

Die neue Datei tritt an die Stelle der beschädigten, die daneben erhalten bleibt. Schließen Sie vorher
das Fenster und alles andere, was die Sammlung benutzt.</translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>--batch prints no answers: leave the other options out.</source>
        <translation>--batch gibt keine Antworten aus: lassen Sie die anderen Angaben weg.</translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>Name the cards in pictures: files, folders (with those below), or patterns such as "*.jpg".

A PDF or TIFF document is scanned page by page, as album.pdf#1, album.pdf#2 and so on.

The exit status is 0 when every file could be read, 1 otherwise.</source>
        <translation>Nennt die Karten auf Bildern: Dateien, Ordner (mit denen darunter) oder Muster wie "*.jpg".

Ein PDF- oder TIFF-Dokument wird Seite für Seite gescannt, als album.pdf#1, album.pdf#2 und so weiter.

Der Status ist 0, wenn jede Datei gelesen werden konnte, sonst 1.</translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>Also write one row a card to this file.</source>
        <translation>Außerdem eine Zeile je Karte in diese Datei schreiben.</translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>Like --add for many pictures: faster, without printing each answer, and when it is interrupted, `cardscanner batch resume` goes on.</source>
        <translation>Wie --add für viele Bilder: schneller, ohne jede Antwort auszugeben, und nach einer Unterbrechung macht `cardscanner batch resume` weiter.</translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>With --add or --batch: count pictures once more whose cards are counted already; without it they are skipped.</source>
        <translation>Mit --add oder --batch: Bilder noch einmal zählen, deren Karten schon gezählt sind; sonst werden sie übersprungen.</translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>Whether an installed model reads too: never, where it is unsure, or always. Without it: as in the settings.</source>
        <translation>Ob ein installiertes Modell mitliest: nie, wo es unsicher ist, oder immer. Ohne Angabe: wie in den Einstellungen.</translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>How long a card may be read before what is known of it is the answer. Without it: as in the settings, 2 at first.</source>
        <translation>Wie lange eine Karte gelesen werden darf, bevor das bis dahin Bekannte die Antwort ist. Ohne Angabe: wie in den Einstellungen, anfangs 2.</translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>Write what was found, step by step, as pictures into this folder.</source>
        <translation>Schritt für Schritt als Bilder in diesen Ordner schreiben, was gefunden wurde.</translation>
    </message>
    <message>
        <location filename="commands/scan_output.py"/>
        <source>– {source}: no card found</source>
        <translation>– {source}: keine Karte gefunden</translation>
    </message>
    <message>
        <location filename="commands/scan_output.py"/>
        <source> (read: {read})</source>
        <translation> (gelesen: {read})</translation>
    </message>
    <message>
        <location filename="commands/scan_output.py"/>
        <source>{path} can't be written: {strerror}</source>
        <translation>{path} kann nicht geschrieben werden: {strerror}</translation>
    </message>
    <message>
        <location filename="commands/scan_output.py"/>
        <source>The table can't be written: {strerror}</source>
        <translation>Die Tabelle kann nicht geschrieben werden: {strerror}</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>The service needs libraries that aren't installed. Run: {executable} -m pip install {missing}</source>
        <translation>Der Dienst braucht Bibliotheken, die nicht installiert sind. Starten Sie: {executable} -m pip install {missing}</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Answer over HTTP what `scan` answers here; OpenAPI describes it at /openapi.json.

Only this machine can reach the service, unless --host says otherwise; then it needs a key.</source>
        <translation>Beantwortet über HTTP, was `scan` hier beantwortet; OpenAPI beschreibt es unter /openapi.json.

Nur dieser Rechner erreicht den Dienst, wenn --host nichts anderes sagt; dann braucht er einen Schlüssel.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Threads that read cards, each with networks of its own.</source>
        <translation>Threads, die Karten lesen, jeder mit eigenen Netzen.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Largest picture file.</source>
        <translation>Größte Bilddatei.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Largest size of all pictures of unfinished batches together.</source>
        <translation>Größter Umfang aller Bilder unfertiger Stapel zusammen.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Days for which a batch that has ended is told of; what it recorded stays.</source>
        <translation>Tage, die von einem beendeten Stapel noch berichtet wird; was er festgehalten hat, bleibt.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Connections that may be open at a time.</source>
        <translation>Verbindungen, die zugleich offen sein dürfen.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Seconds that an upload may take.</source>
        <translation>Sekunden, die ein Hochladen dauern darf.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>The address to listen on.</source>
        <translation>Die Adresse, an der er lauscht.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>0 takes a free one.</source>
        <translation>0 nimmt einen freien.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>How thoroughly to read where a request doesn't say. Without it: as in the settings. A model is loaded only where this isn't fast.</source>
        <translation>Wie gründlich gelesen wird, wo eine Anfrage nichts sagt. Ohne Angabe: wie in den Einstellungen. Ein Modell wird nur geladen, wo dies nicht fast ist.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>How long a card may be read before what is known of it is the answer, where a request doesn't say. Without it: as in the settings, 2 at first. Batches are read without limit.</source>
        <translation>Wie lange eine Karte gelesen werden darf, bevor das bis dahin Bekannte die Antwort ist, wo eine Anfrage nichts sagt. Ohne Angabe: wie in den Einstellungen, anfangs 2. Stapel werden ohne Grenze gelesen.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>A name that clients may call the service by, besides its address; may be given again.</source>
        <translation>Ein Name, unter dem Clients den Dienst außer über seine Adresse ansprechen dürfen; darf mehrmals angegeben werden.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Without a key too, batches may put cards into the collection where they ask for it.</source>
        <translation>Auch ohne Schlüssel dürfen Stapel Karten in die Sammlung legen, wo sie darum bitten.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Pictures that may be read or wait at a time; more are told to come back.</source>
        <translation>Bilder, die zugleich gelesen werden oder warten dürfen; weitere sollen später wiederkommen.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Seconds that a picture may wait and be read, together.</source>
        <translation>Sekunden, die ein Bild zusammen warten und gelesen werden darf.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Seconds without any progress after which a reader is replaced and its picture given up.</source>
        <translation>Sekunden ohne jeden Fortschritt, nach denen ein Leser ersetzt und sein Bild aufgegeben wird.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Seconds to finish what was accepted, when told to stop.</source>
        <translation>Sekunden, um Angenommenes zu beenden, wenn der Dienst anhalten soll.</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>scans    {counts}</source>
        <translation>Scans      {counts}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>cards    {counts}</source>
        <translation>Karten     {counts}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>answers  {counts}</source>
        <translation>Antworten  {counts}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>model switches      {model_switches:7}</source>
        <translation>Modellwechsel       {model_switches:7}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>speculation         {speculation_adopted:7} used, {speculation_dropped} dropped, {speculation_saved_ms:.1f} s saved</source>
        <translation>Vorausgelesen       {speculation_adopted:7} benutzt, {speculation_dropped} verworfen, {speculation_saved_ms:.1f} s gespart</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>model asked         {asked:7}: added {added}, agreed {agreed}, settled {settled}, contradicted {contradicted}, refused by the control {refused}</source>
        <translation>Modell gefragt      {asked:7}: {added} ergänzt, {agreed} bestätigt, {settled} entschieden, {contradicted} widersprochen, {refused} von der Kontrolle abgelehnt</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>Nothing was scanned yet.</source>
        <translation>Es wurde noch nichts gescannt.</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>known before        {known_before:7.1%}</source>
        <translation>schon bekannt       {known_before:7.1%}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>cards a minute      {cards_a_minute:7.1f}</source>
        <translation>Karten je Minute    {cards_a_minute:7.1f}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>expected card came  {prior_rate:7.1%}</source>
        <translation>erwartete Karte kam {prior_rate:7.1%}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>looked at ahead     {looked:7.1%}</source>
        <translation>vorausgesehen       {looked:7.1%}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>Say how fast cards were read, and how often an answer was known before.

The figures are of all times that something was scanned into this data folder, or with
--last-run of the last time: in the window, by `scan --add`, in batches, by the service. A
`scan` without --add leaves nothing there, and isn't counted.</source>
        <translation>Sagt, wie schnell Karten gelesen wurden und wie oft eine Antwort schon bekannt war.

Die Zahlen gelten für alles, was je in diesen Datenordner gescannt wurde, oder mit --last-run für das
letzte Mal: im Fenster, mit `scan --add`, in Stapeln, durch den Dienst. Ein `scan` ohne --add hinterlässt
dort nichts und wird nicht gezählt.</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>One JSON object, times in milliseconds.</source>
        <translation>Ein JSON-Objekt, Zeiten in Millisekunden.</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>Only what the last run that scanned counted.</source>
        <translation>Nur was der letzte scannende Lauf gezählt hat.</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>the settings say to stay offline</source>
        <translation>die Einstellungen verlangen, offline zu bleiben</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>values are switched off</source>
        <translation>Werte sind ausgeschaltet</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>Nothing was asked for: {why}.</source>
        <translation>Es wurde nichts angefragt: {why}.</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>{asked:,} cards asked for</source>
        <translation>{asked:,} Karten angefragt</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>{source}: {name}{amount:,.2f} {currency} for {copies:,} cards, prices of {day} or later</source>
        <translation>{source}: {name}{amount:,.2f} {currency} für {copies:,} Karten, Preise vom {day} oder später</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>in no folder</source>
        <translation>in keinem Ordner</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>Say what the collection is worth, by the prices that were asked for.

Values are off until they are switched on in the window's settings: asking sends the ids of the
printings in the collection to api.tcgdex.net, and nothing else.</source>
        <translation>Sagt, was die Sammlung nach den angefragten Preisen wert ist.

Werte sind aus, bis sie in den Einstellungen des Fensters eingeschaltet werden: eine Anfrage schickt
die Kennungen der Drucke in der Sammlung an api.tcgdex.net, und sonst nichts.</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>Totals by set or by folder.</source>
        <translation>Summen nach Set oder nach Ordner.</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>Ask for the prices that are due; only where the settings switch values on.</source>
        <translation>Fällige Preise anfragen; nur wo die Einstellungen Werte einschalten.</translation>
    </message>
</context>
<context>
    <name>said</name>
    <message>
        <location filename="capture/cameras.py"/>
        <source>There is no camera “{text}”. Plugged in: {names}.</source>
        <translation>Es gibt keine Kamera „{text}“. Angeschlossen: {names}.</translation>
    </message>
    <message>
        <location filename="capture/cameras.py"/>
        <source>{name}: the system doesn't let this program use the camera.</source>
        <translation>{name}: Das System lässt dieses Programm die Kamera nicht benutzen.</translation>
    </message>
    <message>
        <location filename="capture/cameras.py"/>
        <source>{name} is in use by another program.</source>
        <translation>{name} wird von einem anderen Programm benutzt.</translation>
    </message>
    <message>
        <location filename="capture/cameras.py"/>
        <source>No camera is plugged in.</source>
        <translation>Keine Kamera ist angeschlossen.</translation>
    </message>
    <message>
        <location filename="capture/cameras.py"/>
        <source>{name} isn't plugged in any more.</source>
        <translation>{name} ist nicht mehr angeschlossen.</translation>
    </message>
    <message>
        <location filename="capture/decoder/opening.py"/>
        <source>the document has no page {page}</source>
        <translation>das Dokument hat keine Seite {page}</translation>
    </message>
    <message>
        <location filename="capture/decoder/pool.py"/>
        <source>the file is damaged or cut short</source>
        <translation>die Datei ist beschädigt oder abgeschnitten</translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>{memory} MB</source>
        <translation>{memory} MB</translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>it needs more than {memory_in_words} of memory to open and was stopped; save a smaller copy, best as JPEG, and try that</source>
        <translation>sie braucht zum Öffnen mehr als {memory_in_words} Speicher und wurde abgebrochen; speichern Sie eine kleinere Kopie, am besten als JPEG, und versuchen Sie es damit</translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>it is damaged, or needs more than {memory_in_words} of memory to open; save it anew, best as JPEG, and try that</source>
        <translation>sie ist beschädigt oder braucht zum Öffnen mehr als {memory_in_words} Speicher; speichern Sie sie neu, am besten als JPEG, und versuchen Sie es damit</translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>it took more than {seconds} seconds to open and was stopped; save it anew, best as JPEG, and try that</source>
        <translation>das Öffnen dauerte länger als {seconds} Sekunden und wurde abgebrochen; speichern Sie die Datei neu, am besten als JPEG, und versuchen Sie es damit</translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>it couldn't be read within {wall_seconds} seconds; copy it to this machine's own disk and try that</source>
        <translation>sie konnte in {wall_seconds} Sekunden nicht gelesen werden; kopieren Sie sie auf die Festplatte dieses Rechners und versuchen Sie es damit</translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>the program's decoder doesn't start</source>
        <translation>der Decoder des Programms startet nicht</translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>the program's decoder doesn't start ({reason})</source>
        <translation>der Decoder des Programms startet nicht ({reason})</translation>
    </message>
    <message>
        <location filename="capture/files.py"/>
        <source>the file is empty</source>
        <translation>die Datei ist leer</translation>
    </message>
    <message>
        <location filename="capture/files.py"/>
        <source>the file has more than {max_file_bytes} GB</source>
        <translation>die Datei hat mehr als {max_file_bytes} GB</translation>
    </message>
    <message>
        <location filename="capture/files.py"/>
        <source>{name}: there isn't enough memory to open it</source>
        <translation>{name}: Der Speicher reicht zum Öffnen nicht aus</translation>
    </message>
    <message>
        <location filename="capture/health.py"/>
        <source>{source}: the picture is black. Is the lens covered?</source>
        <translation>{source}: Das Bild ist schwarz. Ist das Objektiv verdeckt?</translation>
    </message>
    <message>
        <location filename="capture/health.py"/>
        <source>{source}: the picture stands still.</source>
        <translation>{source}: Das Bild steht still.</translation>
    </message>
    <message>
        <location filename="capture/health.py"/>
        <source>{source} gives only {rate} pictures a second.</source>
        <translation>{source} liefert nur {rate} Bilder in der Sekunde.</translation>
    </message>
    <message>
        <location filename="capture/images.py"/>
        <source>it isn't a picture of a kind that can be read</source>
        <translation>es ist kein Bild in einem lesbaren Format</translation>
    </message>
    <message>
        <location filename="capture/limits.py"/>
        <source>the picture has more than {max_pixels} megapixels</source>
        <translation>das Bild hat mehr als {max_pixels} Megapixel</translation>
    </message>
    <message>
        <location filename="capture/limits.py"/>
        <source>the picture has more than {most} megapixels, too many for its kind; save it as a plain JPEG and try that</source>
        <translation>das Bild hat mehr als {most} Megapixel, zu viele für sein Format; speichern Sie es als einfaches JPEG und versuchen Sie es damit</translation>
    </message>
    <message>
        <location filename="capture/limits.py"/>
        <source>the picture has a side of more than {max_side} pixels; cut it into parts</source>
        <translation>das Bild hat eine Seite von mehr als {max_side} Pixeln; zerschneiden Sie es in Teile</translation>
    </message>
    <message>
        <location filename="capture/limits.py"/>
        <source>the page has no size</source>
        <translation>die Seite hat keine Größe</translation>
    </message>
    <message>
        <location filename="capture/limits.py"/>
        <source>the {what} is more than {max_ratio} times as long as wide; no card is seen on that</source>
        <translation>{what} ist mehr als {max_ratio}-mal so lang wie breit; darauf ist keine Karte zu sehen</translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>only one page</source>
        <translation>nur eine Seite</translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>only {document} pages</source>
        <translation>nur {document} Seiten</translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>the document has {only}</source>
        <translation>das Dokument hat {only}</translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>the document is locked with a password; save a copy without one</source>
        <translation>das Dokument ist mit einem Kennwort gesperrt; speichern Sie eine Kopie ohne Kennwort</translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>the document is damaged or cut short</source>
        <translation>das Dokument ist beschädigt oder abgeschnitten</translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>the document has more than {max_pages} pages ({document}); split it</source>
        <translation>das Dokument hat mehr als {max_pages} Seiten ({document}); teilen Sie es</translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>page {page} of the document is damaged</source>
        <translation>Seite {page} des Dokuments ist beschädigt</translation>
    </message>
    <message>
        <location filename="capture/reader.py"/>
        <source>{name} can't be read; the log has the details.</source>
        <translation>{name} kann nicht gelesen werden; Näheres steht im Protokoll.</translation>
    </message>
    <message>
        <location filename="capture/reader.py"/>
        <source>{name}: no picture arrives.</source>
        <translation>{name}: Es kommt kein Bild an.</translation>
    </message>
    <message>
        <location filename="capture/regular.py"/>
        <source>it can't be read ({reason})</source>
        <translation>es kann nicht gelesen werden ({reason})</translation>
    </message>
    <message>
        <location filename="capture/regular.py"/>
        <source>this isn't a file</source>
        <translation>das ist keine Datei</translation>
    </message>
    <message>
        <location filename="capture/regular.py"/>
        <source>the file has more than {max_file_bytes} GB; save a smaller copy</source>
        <translation>die Datei hat mehr als {max_file_bytes} GB; speichern Sie eine kleinere Kopie</translation>
    </message>
    <message>
        <location filename="capture/regular.py"/>
        <source>there is no such file</source>
        <translation>diese Datei gibt es nicht</translation>
    </message>
    <message>
        <location filename="capture/regular.py"/>
        <source>no permission to read it</source>
        <translation>keine Berechtigung zum Lesen</translation>
    </message>
    <message>
        <location filename="capture/stills.py"/>
        <source>There are no pictures in {path}.</source>
        <translation>In {path} sind keine Bilder.</translation>
    </message>
    <message>
        <location filename="capture/tiff.py"/>
        <source>the document has {pages} pages, of which the first {max_pages} are read and {pages2} left out; split it</source>
        <translation>das Dokument hat {pages} Seiten, von denen die ersten {max_pages} gelesen und {pages2} ausgelassen werden; teilen Sie es</translation>
    </message>
    <message>
        <location filename="capture/tiff.py"/>
        <source>this is no TIFF document</source>
        <translation>das ist kein TIFF-Dokument</translation>
    </message>
    <message>
        <location filename="capture/video.py"/>
        <source>{name}: the picture broke off.</source>
        <translation>{name}: Das Bild ist abgebrochen.</translation>
    </message>
    <message>
        <location filename="capture/video.py"/>
        <source>{name} doesn't answer.</source>
        <translation>{name} antwortet nicht.</translation>
    </message>
    <message>
        <location filename="capture/video.py"/>
        <source>There is no file {path}.</source>
        <translation>Es gibt keine Datei {path}.</translation>
    </message>
    <message>
        <location filename="capture/video.py"/>
        <source>{name} can't be read as a video.</source>
        <translation>{name} kann nicht als Video gelesen werden.</translation>
    </message>
    <message>
        <location filename="capture/watched_folder.py"/>
        <source>The folder {folder} can't be watched ({value}).</source>
        <translation>Der Ordner {folder} kann nicht beobachtet werden ({value}).</translation>
    </message>
    <message>
        <location filename="catalogue/artwork/index_file.py"/>
        <source>The fingerprints can't be written to {path}: {error}.</source>
        <translation>Die Fingerabdrücke können nicht in {path} geschrieben werden: {error}.</translation>
    </message>
    <message>
        <location filename="catalogue/artwork/index_file.py"/>
        <source>{path} is far larger than fingerprints are; not read.</source>
        <translation>{path} ist viel größer, als Fingerabdrücke es sind; nicht gelesen.</translation>
    </message>
    <message>
        <location filename="catalogue/artwork/index_file.py"/>
        <source>The fingerprints in {path} are damaged; `cardscanner catalogue pictures` makes them anew.</source>
        <translation>Die Fingerabdrücke in {path} sind beschädigt; `cardscanner catalogue pictures` legt sie neu an.</translation>
    </message>
    <message>
        <location filename="catalogue/artwork/index_file.py"/>
        <source>{path} can't be read: {error}.</source>
        <translation>{path} kann nicht gelesen werden: {error}.</translation>
    </message>
    <message>
        <location filename="catalogue/artwork/index_file.py"/>
        <source>{path} holds no fingerprints of this program.</source>
        <translation>{path} enthält keine Fingerabdrücke dieses Programms.</translation>
    </message>
    <message>
        <location filename="catalogue/artwork/index_file.py"/>
        <source>The fingerprints in {path} were made by another version of this program; `cardscanner catalogue pictures` makes them anew.</source>
        <translation>Die Fingerabdrücke in {path} stammen von einer anderen Version dieses Programms; `cardscanner catalogue pictures` legt sie neu an.</translation>
    </message>
    <message>
        <location filename="catalogue/build.py"/>
        <source>Building the search index</source>
        <translation>Suchindex wird aufgebaut</translation>
    </message>
    <message>
        <location filename="catalogue/build.py"/>
        <source>Can't write the catalogue to {parent}: {error}.</source>
        <translation>Der Katalog kann nicht in {parent} geschrieben werden: {error}.</translation>
    </message>
    <message>
        <location filename="catalogue/build.py"/>
        <source>There is no card in {where}.</source>
        <translation>In {where} ist keine Karte.</translation>
    </message>
    <message>
        <location filename="catalogue/compare.py"/>
        <source>{printings} printings instead of {printings2}</source>
        <translation>{printings} Drucke statt {printings2}</translation>
    </message>
    <message>
        <location filename="catalogue/compare.py"/>
        <source>{sets} sets instead of {sets2}</source>
        <translation>{sets} Sets statt {sets2}</translation>
    </message>
    <message>
        <location filename="catalogue/compare.py"/>
        <source>no names in {gone}</source>
        <translation>keine Namen auf {gone}</translation>
    </message>
    <message>
        <location filename="catalogue/compare.py"/>
        <source>data of {version} instead of {version2}</source>
        <translation>Daten von {version} statt {version2}</translation>
    </message>
    <message>
        <location filename="catalogue/compare.py"/>
        <source>What could be fetched now, from the {source}, is poorer than the catalogue in use: {lost}. The one in use stays.</source>
        <translation>Was sich jetzt holen ließ, von {source}, ist ärmer als der benutzte Katalog: {lost}. Der benutzte bleibt.</translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>`cardscanner catalogue update` fetches it.</source>
        <translation>`cardscanner catalogue update` holt ihn.</translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>There is no catalogue yet; {update}</source>
        <translation>Es gibt noch keinen Katalog; {update}</translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>it doesn't say what it is</source>
        <translation>er sagt nicht, was er ist</translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>The catalogue {path} is damaged ({why}); `cardscanner catalogue update` makes it anew.</source>
        <translation>Der Katalog {path} ist beschädigt ({why}); `cardscanner catalogue update` legt ihn neu an.</translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>{name} is not a catalogue; {update}</source>
        <translation>{name} ist kein Katalog; {update}</translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>The catalogue was made by another version of this program; {update}</source>
        <translation>Der Katalog stammt von einer anderen Version dieses Programms; {update}</translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>its size is wrong</source>
        <translation>seine Größe stimmt nicht</translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>The catalogue was closed.</source>
        <translation>Der Katalog wurde geschlossen.</translation>
    </message>
    <message>
        <location filename="catalogue/files.py"/>
        <source>The catalogue can't be written to {folder}: {error}.</source>
        <translation>Der Katalog kann nicht in {folder} geschrieben werden: {error}.</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>too little could be read</source>
        <translation>zu wenig war lesbar</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>the artwork looks like {looks_like}, but too little else could be read</source>
        <translation>die Abbildung sieht aus wie {looks_like}, aber sonst war zu wenig lesbar</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>{words} agree</source>
        <translation>{words} stimmen überein</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>{close} printings fit</source>
        <translation>{close} Drucke passen</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>only {words} could be read</source>
        <translation>nur {words} war lesbar</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>the artwork is none of {name}'s in the catalogue: another card, or one that the catalogue lacks</source>
        <translation>die Abbildung ist keine von {name} im Katalog: eine andere Karte, oder eine, die im Katalog fehlt</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>the artwork looks like {looks_like}, which isn't what was read</source>
        <translation>die Abbildung sieht aus wie {looks_like}, gelesen wurde aber etwas anderes</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>the artwork looks like {looks_like}, but {otherwise}</source>
        <translation>die Abbildung sieht aus wie {looks_like}, aber {otherwise}</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>{bear} printings bear this artwork, {looks_like} among them</source>
        <translation>{bear} Drucke tragen diese Abbildung, darunter {looks_like}</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>no text could be read</source>
        <translation>kein Text war lesbar</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>what was read fits no card in the catalogue</source>
        <translation>was gelesen wurde, passt zu keiner Karte im Katalog</translation>
    </message>
    <message>
        <location filename="catalogue/match/reasons.py"/>
        <source>{label}: read “{read}”, printed {value}</source>
        <translation>{label}: „{read}“ gelesen, {value} gedruckt</translation>
    </message>
    <message>
        <location filename="catalogue/match/reasons.py"/>
        <source>{label} {printed} (not read)</source>
        <translation>{label} {printed} (nicht gelesen)</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/artist.py"/>
        <source>artist</source>
        <translation>Illustrator</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/artist.py"/>
        <source>artist {value}</source>
        <translation>Illustrator {value}</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/artwork.py"/>
        <source>artwork</source>
        <translation>Abbildung</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/artwork.py"/>
        <source>artwork {value}</source>
        <translation>Abbildung {value}</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/code.py"/>
        <source>set code</source>
        <translation>Set-Kürzel</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/code.py"/>
        <source>set code {value}</source>
        <translation>Set-Kürzel {value}</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/name.py"/>
        <source>name</source>
        <translation>Name</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/name.py"/>
        <source>name {value}</source>
        <translation>Name {value}</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/number.py"/>
        <source>the number on the card isn't this printing's: proxy, misprint or misread?</source>
        <translation>die Nummer auf der Karte ist nicht die dieses Drucks: Proxy, Fehldruck oder falsch gelesen?</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/number.py"/>
        <source>number</source>
        <translation>Nummer</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/number.py"/>
        <source>number {value}</source>
        <translation>Nummer {value}</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/number.py"/>
        <source>{label} {printed} (read {read})</source>
        <translation>{label} {printed} ({read} gelesen)</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/number.py"/>
        <source>read {read}; {not_this_number}</source>
        <translation>{read} gelesen; {not_this_number}</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/year.py"/>
        <source>year</source>
        <translation>Jahr</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/year.py"/>
        <source>year {value}</source>
        <translation>Jahr {value}</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/checks.py"/>
        <source>nothing is on it</source>
        <translation>es ist nichts darauf</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/checks.py"/>
        <source>it is cut off or no picture</source>
        <translation>es ist abgeschnitten oder kein Bild</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/checks.py"/>
        <source>it has {width} x {height} pixels</source>
        <translation>es hat {width} x {height} Pixel</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/checks.py"/>
        <source>{width} x {height} pixels aren't the shape of a card</source>
        <translation>{width} x {height} Pixel haben nicht die Form einer Karte</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/desk.py"/>
        <source>There are no fingerprints to hand on yet.</source>
        <translation>Es gibt noch keine Fingerabdrücke zum Weitergeben.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/gathering.py"/>
        <source>the same picture is given for several cards</source>
        <translation>dasselbe Bild ist für mehrere Karten angegeben</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>There is no file or folder {origin}.</source>
        <translation>Es gibt keine Datei und keinen Ordner {origin}.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>{path} holds no fingerprints.</source>
        <translation>{path} enthält keine Fingerabdrücke.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>Reading pictures</source>
        <translation>Bilder werden gelesen</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>it is far too large</source>
        <translation>es ist viel zu groß</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>{path} holds no fingerprints, or is cut off.</source>
        <translation>{path} enthält keine Fingerabdrücke oder ist abgeschnitten.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>Line {number} of {path} is no printing id with a fingerprint of 512 or 128 bits; nothing was taken.</source>
        <translation>Zeile {number} von {path} ist keine Druck-Kennung mit einem Fingerabdruck von 512 oder 128 Bit; nichts wurde übernommen.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>There is no picture in {folder}.</source>
        <translation>In {folder} ist kein Bild.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>Reading fingerprints</source>
        <translation>Fingerabdrücke werden gelesen</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>{origin} can't be read: {error}.</source>
        <translation>{origin} kann nicht gelesen werden: {error}.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>the same fingerprint is given for several cards</source>
        <translation>derselbe Fingerabdruck ist für mehrere Karten angegeben</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/server.py"/>
        <source>{host} sends a page instead of a picture</source>
        <translation>{host} schickt eine Seite statt eines Bildes</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/server.py"/>
        <source>{host} asks to come back in {asked} minutes.</source>
        <translation>{host} bittet, in {asked} Minuten wiederzukommen.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/server.py"/>
        <source>{host} can't be reached: {error}.</source>
        <translation>{host} ist nicht erreichbar: {error}.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/server.py"/>
        <source>can't be reached: {value}</source>
        <translation>ist nicht erreichbar: {value}</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/server.py"/>
        <source>what {host} sends is far too large for a picture</source>
        <translation>was {host} schickt, ist für ein Bild viel zu groß</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/server.py"/>
        <source>answers {code} {reason}</source>
        <translation>antwortet {code} {reason}</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/store.py"/>
        <source>{path} was made by a newer version of this program.</source>
        <translation>{path} stammt von einer neueren Version dieses Programms.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/store.py"/>
        <source>damaged</source>
        <translation>beschädigt</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/store.py"/>
        <source>Fingerprints can't be kept in {folder}: {error}.</source>
        <translation>Fingerabdrücke können in {folder} nicht aufbewahrt werden: {error}.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/store.py"/>
        <source>Fingerprints can't be kept in {path}: {error}.</source>
        <translation>Fingerabdrücke können in {path} nicht aufbewahrt werden: {error}.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/update.py"/>
        <source>Asking which pictures there are</source>
        <translation>Es wird gefragt, welche Bilder es gibt</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/update.py"/>
        <source>{error} Start again later: it goes on.</source>
        <translation>{error} Starten Sie später noch einmal: es geht dort weiter.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/update.py"/>
        <source>Fetching pictures: {name}</source>
        <translation>Bilder werden geholt: {name}</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/update.py"/>
        <source>The pictures can't be kept: {error}.</source>
        <translation>Die Bilder können nicht aufbewahrt werden: {error}.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/update.py"/>
        <source>Stopped after {patience} useless answers of {host} in a row ({error}). Start again later: it goes on.</source>
        <translation>Nach {patience} unbrauchbaren Antworten von {host} hintereinander abgebrochen ({error}). Starten Sie später noch einmal: es geht dort weiter.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/wanted.py"/>
        <source>The catalogue has no set {missing}.</source>
        <translation>Der Katalog hat kein Set {missing}.</translation>
    </message>
    <message>
        <location filename="catalogue/sources/built.py"/>
        <source>Reading cards: {id}</source>
        <translation>Karten werden gelesen: {id}</translation>
    </message>
    <message>
        <location filename="catalogue/sources/download.py"/>
        <source>The connection to {host} broke off.</source>
        <translation>Die Verbindung zu {host} ist abgebrochen.</translation>
    </message>
    <message>
        <location filename="catalogue/sources/download.py"/>
        <source>{host} answered {code} {reason}.</source>
        <translation>{host} antwortete {code} {reason}.</translation>
    </message>
    <message>
        <location filename="catalogue/sources/download.py"/>
        <source>{host} can't be reached: {reason}.</source>
        <translation>{host} ist nicht erreichbar: {reason}.</translation>
    </message>
    <message>
        <location filename="catalogue/sources/download.py"/>
        <source>The download can't be kept: {error}.</source>
        <translation>Der Download kann nicht aufbewahrt werden: {error}.</translation>
    </message>
    <message>
        <location filename="catalogue/sources/download.py"/>
        <source>What {host} sends is no card database.</source>
        <translation>Was {host} schickt, ist keine Kartendatenbank.</translation>
    </message>
    <message>
        <location filename="catalogue/sources/pip.py"/>
        <source>There is no pip on this machine to reach the package registry with.</source>
        <translation>Auf diesem Rechner ist kein pip, um das Paketverzeichnis zu erreichen.</translation>
    </message>
    <message>
        <location filename="catalogue/sources/pip.py"/>
        <source>pip couldn't fetch {requirement}: {reason}</source>
        <translation>pip konnte {requirement} nicht holen: {reason}</translation>
    </message>
    <message>
        <location filename="catalogue/sources/pip.py"/>
        <source>pip took more than ten minutes; given up.</source>
        <translation>pip brauchte mehr als zehn Minuten; abgebrochen.</translation>
    </message>
    <message>
        <location filename="catalogue/update.py"/>
        <source>{error} Trying the {name} instead</source>
        <translation>{error} Stattdessen wird {name} versucht</translation>
    </message>
    <message>
        <location filename="cluster/application.py"/>
        <source>Whoever reaches the cluster could use it: give it an api_key_file.</source>
        <translation>Wer den Cluster erreicht, könnte ihn benutzen: geben Sie ihm eine api_key_file.</translation>
    </message>
    <message>
        <location filename="cluster/application.py"/>
        <source>The cluster knows no {sorted}.</source>
        <translation>Der Cluster kennt {sorted} nicht.</translation>
    </message>
    <message>
        <location filename="cluster/batch.py"/>
        <source>{problem}, but it is here: every node must see the pictures under the same path. Share the folder, or read them from an object store (--s3).</source>
        <translation>{problem}, aber hier ist es: jeder Knoten muss die Bilder unter demselben Pfad sehen. Geben Sie den Ordner frei, oder lesen Sie sie aus einem Objektspeicher (--s3).</translation>
    </message>
    <message>
        <location filename="cluster/batch.py"/>
        <source>Batch {batch_id} was {what} from elsewhere.</source>
        <translation>Stapel {batch_id} wurde anderswo {what}.</translation>
    </message>
    <message>
        <location filename="cluster/batch.py"/>
        <source>{why} {left} of the pictures wait for the next run.</source>
        <translation>{why} {left} der Bilder warten auf den nächsten Lauf.</translation>
    </message>
    <message>
        <location filename="cluster/batch_output.py"/>
        <source>{file} can't be written: {value}. The answers are in the ledger: `cardscanner cluster results` writes them elsewhere.</source>
        <translation>{file} kann nicht geschrieben werden: {value}. Die Antworten stehen im Verzeichnis: `cardscanner cluster results` schreibt sie anderswohin.</translation>
    </message>
    <message>
        <location filename="cluster/batch_source.py"/>
        <source>{list_file} can't be read: {strerror}</source>
        <translation>{list_file} kann nicht gelesen werden: {strerror}</translation>
    </message>
    <message>
        <location filename="cluster/content.py"/>
        <source>{where} has other parts than the cluster and can't join it: {parts}. Give all nodes the same data folder and version.</source>
        <translation>{where} hat andere Teile als der Cluster und kann nicht beitreten: {parts}. Geben Sie allen Knoten denselben Datenordner und dieselbe Version.</translation>
    </message>
    <message>
        <location filename="cluster/object_store.py"/>
        <source>A store's key doesn't belong into its address: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.</source>
        <translation>Der Schlüssel eines Speichers gehört nicht in seine Adresse: setzen Sie AWS_ACCESS_KEY_ID und AWS_SECRET_ACCESS_KEY.</translation>
    </message>
    <message>
        <location filename="cluster/object_store.py"/>
        <source>“{url}” names no bucket: s3://bucket/folder, or http://host:9000/bucket/folder for a store of your own.</source>
        <translation>„{url}“ nennt keinen Bucket: s3://bucket/folder, oder http://host:9000/bucket/folder für einen eigenen Speicher.</translation>
    </message>
    <message>
        <location filename="cluster/object_store.py"/>
        <source>{file_name}: an object of that name can't be asked for</source>
        <translation>{file_name}: Nach einem Objekt dieses Namens kann nicht gefragt werden</translation>
    </message>
    <message>
        <location filename="cluster/object_store.py"/>
        <source>There is nothing at {place}.</source>
        <translation>Unter {place} ist nichts.</translation>
    </message>
    <message>
        <location filename="cluster/object_store.py"/>
        <source>{file_name}: there is no such object</source>
        <translation>{file_name}: Dieses Objekt gibt es nicht</translation>
    </message>
    <message>
        <location filename="cluster/object_store.py"/>
        <source>{file_name}: the object is too large</source>
        <translation>{file_name}: Das Objekt ist zu groß</translation>
    </message>
    <message>
        <location filename="cluster/object_store.py"/>
        <source>{words} Check its keys on every node.</source>
        <translation>{words} Prüfen Sie die Schlüssel auf jedem Knoten.</translation>
    </message>
    <message>
        <location filename="cluster/ray_start.py"/>
        <source>A cluster needs Ray, which isn't installed. Run: {executable} -m pip install "ray[serve,data]" (there is none for every system and Python).</source>
        <translation>Ein Cluster braucht Ray, das nicht installiert ist. Starten Sie: {executable} -m pip install "ray[serve,data]" (nicht für jedes System und jedes Python zu haben).</translation>
    </message>
    <message>
        <location filename="cluster/ray_start.py"/>
        <source>No cluster answers at {address} ({one_line}).</source>
        <translation>Unter {address} antwortet kein Cluster ({one_line}).</translation>
    </message>
    <message>
        <location filename="cluster/ray_start.py"/>
        <source>Ray doesn't start ({one_line}).</source>
        <translation>Ray startet nicht ({one_line}).</translation>
    </message>
    <message>
        <location filename="cluster/remote_engine.py"/>
        <source>it stopped in the middle</source>
        <translation>es hielt mittendrin an</translation>
    </message>
    <message>
        <location filename="cluster/remote_recogniser.py"/>
        <source>{source}: the readers that had this picture ended.</source>
        <translation>{source}: Die Leser, die dieses Bild hatten, sind beendet.</translation>
    </message>
    <message>
        <location filename="cluster/serving.py"/>
        <source>What runs with {data_dir} can't be told ({error}).</source>
        <translation>Was mit {data_dir} läuft, ist nicht zu erfahren ({error}).</translation>
    </message>
    <message>
        <location filename="cluster/serving.py"/>
        <source>The front at {address} doesn't answer ({error}).</source>
        <translation>Die Vorderseite unter {address} antwortet nicht ({error}).</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>A file with the key that clients must present; or the variable {key_variable} holds it.</source>
        <translation>Eine Datei mit dem Schlüssel, den Clients vorweisen müssen; oder die Variable {key_variable} enthält ihn.</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>set</source>
        <translation>Set</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>set {value}</source>
        <translation>Set {value}</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>rarity</source>
        <translation>Seltenheit</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>rarity {value}</source>
        <translation>Seltenheit {value}</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>released</source>
        <translation>erschienen</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>released {value}</source>
        <translation>erschienen {value}</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>finishes</source>
        <translation>Ausführungen</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>finishes {value}</source>
        <translation>Ausführungen {value}</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>Artist</source>
        <translation>Illustrator</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>Released</source>
        <translation>Erschienen</translation>
    </message>
    <message>
        <location filename="core/codec.py"/>
        <source>version {values} of a recognition</source>
        <translation>Version {values} einer Erkennung</translation>
    </message>
    <message>
        <location filename="core/evidence.py"/>
        <source>{fact} speaks against the best match</source>
        <translation>{fact} spricht gegen den besten Treffer</translation>
    </message>
    <message>
        <location filename="core/game.py"/>
        <source>Cards of this game come from one source at a time.</source>
        <translation>Karten dieses Spiels kommen aus einer Quelle zugleich.</translation>
    </message>
    <message>
        <location filename="core/model_share.py"/>
        <source>{reader} settled it</source>
        <translation>{reader} hat es entschieden</translation>
    </message>
    <message>
        <location filename="core/model_share.py"/>
        <source>adds nothing</source>
        <translation>ergänzt nichts</translation>
    </message>
    <message>
        <location filename="core/model_share.py"/>
        <source>agrees on {names}</source>
        <translation>stimmt überein bei {names}</translation>
    </message>
    <message>
        <location filename="core/model_share.py"/>
        <source>adds {names}</source>
        <translation>ergänzt {names}</translation>
    </message>
    <message>
        <location filename="core/model_share.py"/>
        <source>reads another {names}</source>
        <translation>liest anders: {names}</translation>
    </message>
    <message>
        <location filename="core/model_share.py"/>
        <source>no evidence for {names}</source>
        <translation>kein Beleg für {names}</translation>
    </message>
    <message>
        <location filename="core/rule.py"/>
        <source>agrees</source>
        <translation>stimmt</translation>
    </message>
    <message>
        <location filename="core/rule.py"/>
        <source>near</source>
        <translation>ähnlich</translation>
    </message>
    <message>
        <location filename="core/rule.py"/>
        <source>says little</source>
        <translation>sagt wenig</translation>
    </message>
    <message>
        <location filename="core/rule.py"/>
        <source>contradicts</source>
        <translation>widerspricht</translation>
    </message>
    <message>
        <location filename="environment.py"/>
        <source>opencv-python is installed in place of opencv-python-headless, and its own Qt breaks the window. Run: python -m pip uninstall -y opencv-python opencv-contrib-python &amp;&amp; python -m pip install --force-reinstall --no-deps opencv-python-headless</source>
        <translation>opencv-python ist statt opencv-python-headless installiert, und sein eigenes Qt stört das Fenster. Starten Sie: python -m pip uninstall -y opencv-python opencv-contrib-python &amp;&amp; python -m pip install --force-reinstall --no-deps opencv-python-headless</translation>
    </message>
    <message>
        <location filename="export/cardmarket.py"/>
        <source>Cardmarket stock (CSV)</source>
        <translation>Cardmarket-Bestand (CSV)</translation>
    </message>
    <message>
        <location filename="export/cardmarket.py"/>
        <source>For Cardmarket's stock upload, which goes by its product numbers.</source>
        <translation>Für den Bestands-Upload von Cardmarket, der nach dessen Produktnummern geht.</translation>
    </message>
    <message>
        <location filename="export/cardmarket.py"/>
        <source>the catalogue has no Cardmarket product for it in {kind}</source>
        <translation>der Katalog hat kein Cardmarket-Produkt dafür in {kind}</translation>
    </message>
    <message>
        <location filename="export/collectr.py"/>
        <source>For Collectr's portfolio; folders become portfolios.</source>
        <translation>Für das Portfolio von Collectr; Ordner werden zu Portfolios.</translation>
    </message>
    <message>
        <location filename="export/deckbox.py"/>
        <source>For Deckbox's inventory; finishes go into its printing note.</source>
        <translation>Für das Inventar von Deckbox; Ausführungen kommen in dessen Druck-Notiz.</translation>
    </message>
    <message>
        <location filename="export/dragon_shield.py"/>
        <source>For Dragon Shield's card manager on the web; folders stay folders.</source>
        <translation>Für den Kartenmanager von Dragon Shield im Web; Ordner bleiben Ordner.</translation>
    </message>
    <message>
        <location filename="export/line.py"/>
        <source>{program} has no word for the {what} “{value}”</source>
        <translation>{program} hat kein Wort für {what} „{value}“</translation>
    </message>
    <message>
        <location filename="export/line.py"/>
        <source>{program} has no words for cards of {name}</source>
        <translation>{program} hat keine Wörter für Karten von {name}</translation>
    </message>
    <message>
        <location filename="export/losses.py"/>
        <source>condition</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <location filename="export/losses.py"/>
        <source>stamp</source>
        <translation>Stempel</translation>
    </message>
    <message>
        <location filename="export/losses.py"/>
        <source>note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <location filename="export/losses.py"/>
        <source>tags</source>
        <translation>Schlagwörter</translation>
    </message>
    <message>
        <location filename="export/losses.py"/>
        <source>folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <location filename="export/losses.py"/>
        <source>place in the folder</source>
        <translation>Platz im Ordner</translation>
    </message>
    <message>
        <location filename="export/losses.py"/>
        <source>price paid</source>
        <translation>Kaufpreis</translation>
    </message>
    <message>
        <location filename="export/losses.py"/>
        <source>grade</source>
        <translation>Note</translation>
    </message>
    <message>
        <location filename="export/plain.py"/>
        <source>Everything (CSV)</source>
        <translation>Alles (CSV)</translation>
    </message>
    <message>
        <location filename="export/plain.py"/>
        <source>Every field of every entry, for spreadsheets and for reading back in.</source>
        <translation>Jedes Feld jeder Zeile, für Tabellenprogramme und zum Wiedereinlesen.</translation>
    </message>
    <message>
        <location filename="export/plain.py"/>
        <source>“{path}” can't be read: {value}.</source>
        <translation>„{path}“ kann nicht gelesen werden: {value}.</translation>
    </message>
    <message>
        <location filename="export/plain.py"/>
        <source>“{path}” is no plain export: “{prefix}id” is missing.</source>
        <translation>„{path}“ ist kein Export im Format plain: „{prefix}id“ fehlt.</translation>
    </message>
    <message>
        <location filename="export/plain.py"/>
        <source>“{path}”, line {line_num} is not as it was exported: {error}.</source>
        <translation>„{path}“, Zeile {line_num} ist nicht so, wie sie exportiert wurde: {error}.</translation>
    </message>
    <message>
        <location filename="export/pricecharting.py"/>
        <source>For PriceCharting's collection tracker, which finds cards by name and number.</source>
        <translation>Für die Sammlungsverwaltung von PriceCharting, die Karten nach Name und Nummer findet.</translation>
    </message>
    <message>
        <location filename="export/pricecharting.py"/>
        <source>PriceCharting has no sets in “{language}”</source>
        <translation>PriceCharting hat keine Sets in „{language}“</translation>
    </message>
    <message>
        <location filename="export/tcg_collector.py"/>
        <source>For TCG Collector, which finds cards by number and expansion.</source>
        <translation>Für TCG Collector, der Karten nach Nummer und Erweiterung findet.</translation>
    </message>
    <message>
        <location filename="export/tcgplayer_app.py"/>
        <source>TCGplayer app (CSV)</source>
        <translation>TCGplayer-App (CSV)</translation>
    </message>
    <message>
        <location filename="export/tcgplayer_app.py"/>
        <source>For the TCGplayer app and for those that import its files, such as Collectr.</source>
        <translation>Für die TCGplayer-App und alle, die deren Dateien einlesen, wie Collectr.</translation>
    </message>
    <message>
        <location filename="export/tcgplayer_seller.py"/>
        <source>TCGplayer seller (CSV)</source>
        <translation>TCGplayer-Verkäufer (CSV)</translation>
    </message>
    <message>
        <location filename="export/tcgplayer_seller.py"/>
        <source>A seller's stock for TCGplayer's seller portal, which goes by SKU.</source>
        <translation>Der Bestand eines Verkäufers für das Verkäuferportal von TCGplayer, das nach SKU geht.</translation>
    </message>
    <message>
        <location filename="export/tcgplayer_seller.py"/>
        <source>TCGplayer sells by SKU, and none is known for it; cards that were imported from a TCGplayer file have one</source>
        <translation>TCGplayer verkauft nach SKU, und dafür ist keine bekannt; aus einer TCGplayer-Datei importierte Karten haben eine</translation>
    </message>
    <message>
        <location filename="export/writer.py"/>
        <source>“{target}” can't be written: {reason}.</source>
        <translation>„{target}“ kann nicht geschrieben werden: {reason}.</translation>
    </message>
    <message>
        <location filename="export/writer.py"/>
        <source>The disk is full: “{target}” was not written. Free some space and try again.</source>
        <translation>Die Festplatte ist voll: „{target}“ wurde nicht geschrieben. Schaffen Sie Platz und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <location filename="export/writer.py"/>
        <source>“{target}” is a folder. Give the name of a file in it.</source>
        <translation>„{target}“ ist ein Ordner. Nennen Sie eine Datei darin.</translation>
    </message>
    <message>
        <location filename="export/writer.py"/>
        <source>“{parent}” is no folder that exists. Choose another place for the file.</source>
        <translation>„{parent}“ ist kein vorhandener Ordner. Wählen Sie einen anderen Ort für die Datei.</translation>
    </message>
    <message>
        <location filename="export/writer.py"/>
        <source>“{target}” can't be written. Close it in other programs, or choose another place.</source>
        <translation>„{target}“ kann nicht geschrieben werden. Schließen Sie die Datei in anderen Programmen oder wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>Normal</source>
        <translation>Normal</translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>Holo</source>
        <translation>Holo</translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>Reverse holo</source>
        <translation>Reverse Holo</translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>1st Edition</source>
        <translation>1. Edition</translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>1st Edition holo</source>
        <translation>1. Edition Holo</translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>Unlimited</source>
        <translation>Unlimited</translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>Unlimited holo</source>
        <translation>Unlimited Holo</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>HP</source>
        <translation>KP</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>HP {value}</source>
        <translation>KP {value}</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>type {value}</source>
        <translation>Typ {value}</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>stage</source>
        <translation>Phase</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>stage {value}</source>
        <translation>Phase {value}</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>attacks</source>
        <translation>Angriffe</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>attacks {value}</source>
        <translation>Angriffe {value}</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>evolves from</source>
        <translation>entwickelt sich aus</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>evolves from {value}</source>
        <translation>entwickelt sich aus {value}</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>Stage</source>
        <translation>Phase</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>Attacks</source>
        <translation>Angriffe</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/joined.py"/>
        <source>{error} Going on without {name}</source>
        <translation>{error} Es geht ohne {name} weiter</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/joined.py"/>
        <source>Adding the Asian cards</source>
        <translation>Die asiatischen Karten kommen hinzu</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/local.py"/>
        <source>{path} holds no card data. A TCGdex or PTCG-database archive or folder, the registry's wheel or a catalogue built before is needed.</source>
        <translation>{path} enthält keine Kartendaten. Gebraucht wird ein Archiv oder Ordner von TCGdex oder der PTCG-database, das Wheel des Paketverzeichnisses oder ein früher gebauter Katalog.</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/local.py"/>
        <source>The folder {folder} holds no TCGdex `data` folder.</source>
        <translation>Der Ordner {folder} enthält keinen TCGdex-Ordner `data`.</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/local.py"/>
        <source>There is no file or folder {path}.</source>
        <translation>Es gibt keine Datei und keinen Ordner {path}.</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/ptcg_database.py"/>
        <source>There is no PTCG-database card data in {name}.</source>
        <translation>In {name} sind keine Kartendaten der PTCG-database.</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/ptcg_database.py"/>
        <source>{name} is far larger than a real one; not read.</source>
        <translation>{name} ist viel größer als das echte; nicht gelesen.</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/ptcg_database.py"/>
        <source>The archive {name} is damaged or not PTCG-database ({error}).</source>
        <translation>Das Archiv {name} ist beschädigt oder keines der PTCG-database ({error}).</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/ptcg_database.py"/>
        <source>Reading the Japanese and Chinese cards</source>
        <translation>Die japanischen und chinesischen Karten werden gelesen</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/ptcg_database.py"/>
        <source>The folder {path} can't be read: {error}.</source>
        <translation>Der Ordner {path} kann nicht gelesen werden: {error}.</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>The catalogue archive is far larger than a real one; not read.</source>
        <translation>Das Katalogarchiv ist viel größer als ein echtes; nicht gelesen.</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>There is no TCGdex card data in it.</source>
        <translation>Darin sind keine Kartendaten von TCGdex.</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>Reading cards: {name}</source>
        <translation>Karten werden gelesen: {name}</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>The catalogue archive {name} is damaged or not a TCGdex archive ({error}).</source>
        <translation>Das Katalogarchiv {name} ist beschädigt oder keines von TCGdex ({error}).</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>Reading the folder: {top}</source>
        <translation>Der Ordner wird gelesen: {top}</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>The folder {folder} can't be read: {error}.</source>
        <translation>Der Ordner {folder} kann nicht gelesen werden: {error}.</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>Reading the archive</source>
        <translation>Das Archiv wird gelesen</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel.py"/>
        <source>Fetching card data from the package registry</source>
        <translation>Kartendaten werden aus dem Paketverzeichnis geholt</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel.py"/>
        <source>The wheel {name} is damaged ({error}).</source>
        <translation>Das Wheel {name} ist beschädigt ({error}).</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel.py"/>
        <source>The registry's {requirement} is not the file that we know; it was not used.</source>
        <translation>{requirement} im Paketverzeichnis ist nicht die bekannte Datei; sie wurde nicht benutzt.</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel.py"/>
        <source>Reading cards: {replace}</source>
        <translation>Karten werden gelesen: {replace}</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel_pickle.py"/>
        <source>it names {module}.{name}</source>
        <translation>sie nennt {module}.{name}</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel_pickle.py"/>
        <source>it refers to something outside itself, {pid}</source>
        <translation>sie verweist auf etwas außerhalb, {pid}</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel_pickle.py"/>
        <source>The card file {name} holds no list of cards.</source>
        <translation>Die Kartendatei {name} enthält keine Kartenliste.</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel_pickle.py"/>
        <source>The card file {name} is damaged or unsafe ({error}).</source>
        <translation>Die Kartendatei {name} ist beschädigt oder unsicher ({error}).</translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>Latin letters</source>
        <translation>lateinische Buchstaben</translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>Japanese</source>
        <translation>Japanisch</translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>Chinese</source>
        <translation>Chinesisch</translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>Korean</source>
        <translation>Koreanisch</translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>Thai</source>
        <translation>Thailändisch</translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>script</source>
        <translation>Schrift</translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>script {value}</source>
        <translation>Schrift {value}</translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>an Asian script</source>
        <translation>eine asiatische Schrift</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Basic</source>
        <translation>Basis</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Stage1</source>
        <translation>Phase 1</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Stage2</source>
        <translation>Phase 2</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>RESTORED</source>
        <translation>WIEDERHERGESTELLT</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>LEVEL-UP</source>
        <translation>LEVEL-UP</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Grass</source>
        <translation>Pflanze</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Fire</source>
        <translation>Feuer</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Water</source>
        <translation>Wasser</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Lightning</source>
        <translation>Elektro</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Psychic</source>
        <translation>Psycho</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Fighting</source>
        <translation>Kampf</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Darkness</source>
        <translation>Unlicht</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Metal</source>
        <translation>Metall</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Fairy</source>
        <translation>Fee</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Dragon</source>
        <translation>Drache</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Colorless</source>
        <translation>Farblos</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Hp</source>
        <translation>KP</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Category</source>
        <translation>Art</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Suffix</source>
        <translation>Zusatz</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Types</source>
        <translation>Typen</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Regulation mark</source>
        <translation>Regelkennung</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Evolves from</source>
        <translation>Entwickelt sich aus</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Dex ids</source>
        <translation>Pokédex-Nummern</translation>
    </message>
    <message>
        <location filename="importing/formats.py"/>
        <source>“{name}” isn't a file of a program that is known here. Its columns are {header}.</source>
        <translation>„{name}“ stammt von keinem Programm, das hier bekannt ist. Die Spalten sind {header}.</translation>
    </message>
    <message>
        <location filename="importing/formats.py"/>
        <source>“{name}” looks like {title}, but lacks {noun} {names}.</source>
        <translation>„{name}“ sieht aus wie {title}, aber {noun} {names} fehlt.</translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>the row has {more} more than the header; are quotes missing?</source>
        <translation>die Zeile hat {more} mehr als die Kopfzeile; fehlen Anführungszeichen?</translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>1 cell</source>
        <translation>1 Zelle</translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>{surplus} cells</source>
        <translation>{surplus} Zellen</translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>{file}, line {line}: {more}</source>
        <translation>{file}, Zeile {line}: {more}</translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>it says that there is no copy</source>
        <translation>sie sagt, dass es kein Exemplar gibt</translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>line {line}</source>
        <translation>Zeile {line}</translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>“{name}” was changed meanwhile. Look at it once more.</source>
        <translation>„{name}“ wurde inzwischen geändert. Sehen Sie die Datei noch einmal durch.</translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>no card of the catalogue has this name and number</source>
        <translation>keine Karte im Katalog hat diesen Namen und diese Nummer</translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>the {against} of the row is another</source>
        <translation>die Angabe {against} der Zeile ist eine andere</translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>{counted} cards fit it alike</source>
        <translation>{counted} Karten passen gleich gut</translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>it says too little to tell the printing</source>
        <translation>sie sagt zu wenig, um den Druck zu bestimmen</translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>the card is in another set than “{value}”</source>
        <translation>die Karte ist in einem anderen Set als „{value}“</translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>there is no catalogue of “{game}” here</source>
        <translation>es gibt hier keinen Katalog von „{game}“</translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>there is no card catalogue yet</source>
        <translation>es gibt noch keinen Kartenkatalog</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>is a packed file, perhaps a spreadsheet</source>
        <translation>ist eine gepackte Datei, vielleicht eine Tabellenkalkulation</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>is an old spreadsheet</source>
        <translation>ist eine alte Tabellenkalkulation</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>is a PDF document</source>
        <translation>ist ein PDF-Dokument</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>is a database</source>
        <translation>ist eine Datenbank</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{name}” is empty.</source>
        <translation>„{name}“ ist leer.</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{name}” is no text. Save it as CSV and choose that file.</source>
        <translation>„{name}“ ist kein Text. Speichern Sie es als CSV und wählen Sie diese Datei.</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{name}” has no columns that could be told apart. It needs a first line with the names of its columns, between commas, semicolons or tabs.</source>
        <translation>„{name}“ hat keine erkennbaren Spalten. Gebraucht wird eine erste Zeile mit den Namen der Spalten, getrennt durch Komma, Semikolon oder Tabulator.</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>a column without a name</source>
        <translation>eine Spalte ohne Namen</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>the column “{doubled}”</source>
        <translation>die Spalte „{doubled}“</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{name}” has {what} twice, and nobody can say which of them counts. Remove one.</source>
        <translation>„{name}“ hat {what} zweimal, und niemand kann sagen, welche zählt. Entfernen Sie eine.</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{path}” is a folder. Choose a file in it.</source>
        <translation>„{path}“ ist ein Ordner. Wählen Sie eine Datei darin.</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{path}” isn't there any more.</source>
        <translation>„{path}“ ist nicht mehr da.</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{name}” {what}. Save it as CSV and choose that file.</source>
        <translation>„{name}“ {what}. Speichern Sie es als CSV und wählen Sie diese Datei.</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{name}”, line {line}: a cell never ends; is a quote missing? ({error})</source>
        <translation>„{name}“, Zeile {line}: Eine Zelle endet nie; fehlt ein Anführungszeichen? ({error})</translation>
    </message>
    <message>
        <location filename="paths.py"/>
        <source>The data folder {root} can't be written to ({value}). Choose another with --data-dir or {data_dir_variable}.</source>
        <translation>In den Datenordner {root} kann nicht geschrieben werden ({value}). Wählen Sie einen anderen mit --data-dir oder {data_dir_variable}.</translation>
    </message>
    <message>
        <location filename="reading/models.py"/>
        <source>The text reader is missing: the package “rapidocr” is not installed.</source>
        <translation>Der Textleser fehlt: das Paket „rapidocr“ ist nicht installiert.</translation>
    </message>
    <message>
        <location filename="reading/models.py"/>
        <source>The text reader's model {name} can't be loaded: {error}</source>
        <translation>Das Modell {name} des Textlesers kann nicht geladen werden: {error}</translation>
    </message>
    <message>
        <location filename="recognition/batches.py"/>
        <source>{file_name}: the reader got stuck in this picture and gave it up</source>
        <translation>{file_name}: Der Leser blieb an diesem Bild hängen und hat es aufgegeben</translation>
    </message>
    <message>
        <location filename="recognition/cache/bounded.py"/>
        <source>the answer is too large for the time</source>
        <translation>die Antwort ist zu groß für die Zeit</translation>
    </message>
    <message>
        <location filename="recognition/cache/bounded.py"/>
        <source>the answer is too large</source>
        <translation>die Antwort ist zu groß</translation>
    </message>
    <message>
        <location filename="recognition/cache/confirmed.py"/>
        <source>you confirmed this card before</source>
        <translation>diese Karte haben Sie schon bestätigt</translation>
    </message>
    <message>
        <location filename="recognition/card_progress.py"/>
        <source>its time was up before all of it was read</source>
        <translation>ihre Zeit war um, bevor alles gelesen war</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>read</source>
        <translation>gelesen</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>same picture as before</source>
        <translation>gleiches Bild wie zuvor</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>seen before</source>
        <translation>schon gesehen</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>Stopped before the end</source>
        <translation>Vor dem Ende angehalten</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>Failed; the log has the details</source>
        <translation>Fehlgeschlagen; Näheres steht im Protokoll</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>{milliseconds} ms</source>
        <translation>{milliseconds} ms</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>No card found</source>
        <translation>Keine Karte gefunden</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>number {rpartition}</source>
        <translation>Nummer {rpartition}</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>A card</source>
        <translation>Eine Karte</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>Card {index}</source>
        <translation>Karte {index}</translation>
    </message>
    <message>
        <location filename="recognition/guard.py"/>
        <source>{name}: this picture made the program stumble; the log has the details</source>
        <translation>{name}: Über dieses Bild ist das Programm gestolpert; Näheres steht im Protokoll</translation>
    </message>
    <message>
        <location filename="recognition/inference.py"/>
        <source>the reader hasn't started</source>
        <translation>der Leser ist nicht gestartet</translation>
    </message>
    <message>
        <location filename="recognition/inference.py"/>
        <source>The reader can't start ({name}); the log has the details</source>
        <translation>Der Leser kann nicht starten ({name}); Näheres steht im Protokoll</translation>
    </message>
    <message>
        <location filename="recognition/judge.py"/>
        <source>cards of two games fit</source>
        <translation>Karten zweier Spiele passen</translation>
    </message>
    <message>
        <location filename="recognition/judge.py"/>
        <source>the card catalogue isn't here yet</source>
        <translation>der Kartenkatalog ist noch nicht da</translation>
    </message>
    <message>
        <location filename="recognition/live/scanner.py"/>
        <source>Live scanning stumbled and stopped; the log has the details.</source>
        <translation>Das Live-Scannen ist gestolpert und hat angehalten; Näheres steht im Protokoll.</translation>
    </message>
    <message>
        <location filename="recognition/live/votes.py"/>
        <source>{reason} in {recognitions} pictures</source>
        <translation>{reason} in {recognitions} Bildern</translation>
    </message>
    <message>
        <location filename="recognition/outline_reader.py"/>
        <source>only text on plain paper: is this a card?</source>
        <translation>nur Text auf einfachem Papier: ist das eine Karte?</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>settled</source>
        <translation>entschieden</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>the same picture</source>
        <translation>dasselbe Bild</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>looks like before, and its text agrees</source>
        <translation>sieht aus wie zuvor, und der Text stimmt</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>looks as the user confirmed it</source>
        <translation>sieht aus, wie Sie es bestätigt haben</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>looks like before, but its text doesn't tell</source>
        <translation>sieht aus wie zuvor, aber der Text sagt es nicht</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>not seen before</source>
        <translation>noch nicht gesehen</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>no model</source>
        <translation>kein Modell</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>the mode asks for no model</source>
        <translation>der Modus verlangt kein Modell</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>nothing to go on</source>
        <translation>nichts, woran man sich halten kann</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>still unsure</source>
        <translation>noch unsicher</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>the mode asks for every card</source>
        <translation>der Modus verlangt jede Karte</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>the smaller model disagrees</source>
        <translation>das kleinere Modell widerspricht</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>everyone was asked</source>
        <translation>alle wurden gefragt</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>it would take too long here while others wait</source>
        <translation>es würde hier zu lange dauern, während andere warten</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>it would take too long here</source>
        <translation>es würde hier zu lange dauern</translation>
    </message>
    <message>
        <location filename="recognition/second_opinion.py"/>
        <source>{reason}, read by {reader} too</source>
        <translation>{reason}, auch von {reader} gelesen</translation>
    </message>
    <message>
        <location filename="recognition/second_opinion.py"/>
        <source>{reason}, but {reader} reads {words}</source>
        <translation>{reason}, aber {reader} liest {words}</translation>
    </message>
    <message>
        <location filename="recognition/second_opinion.py"/>
        <source>{reason}, confirmed by {reader}</source>
        <translation>{reason}, von {reader} bestätigt</translation>
    </message>
    <message>
        <location filename="recognition/slab.py"/>
        <source>name, number and set on the slab's label agree with the card</source>
        <translation>Name, Nummer und Set auf dem Etikett der Hülle stimmen mit der Karte überein</translation>
    </message>
    <message>
        <location filename="recognition/slab.py"/>
        <source>only the slab's label could be read</source>
        <translation>nur das Etikett der Hülle war lesbar</translation>
    </message>
    <message>
        <location filename="recognition/slab.py"/>
        <source>name, number and year on the slab's label agree with the card</source>
        <translation>Name, Nummer und Jahr auf dem Etikett der Hülle stimmen mit der Karte überein</translation>
    </message>
    <message>
        <location filename="releases.py"/>
        <source>“{address}” is no address to ask for new versions.</source>
        <translation>„{address}“ ist keine Adresse, die nach neuen Versionen gefragt werden kann.</translation>
    </message>
    <message>
        <location filename="releases.py"/>
        <source>{place} doesn't say which version is the newest.</source>
        <translation>{place} sagt nicht, welche Version die neueste ist.</translation>
    </message>
    <message>
        <location filename="releases.py"/>
        <source>{place} doesn't say which version is the newest: {reason}</source>
        <translation>{place} sagt nicht, welche Version die neueste ist: {reason}</translation>
    </message>
    <message>
        <location filename="settings.py"/>
        <source>The settings can't be saved to {path} ({reason}).</source>
        <translation>Die Einstellungen können nicht in {path} gespeichert werden ({reason}).</translation>
    </message>
    <message>
        <location filename="store/backup.py"/>
        <source>“{name}” is no backup of Cardscanner, and nothing was changed.</source>
        <translation>„{name}“ ist keine Sicherung von Cardscanner, und nichts wurde geändert.</translation>
    </message>
    <message>
        <location filename="store/backup.py"/>
        <source>“{name}” is a file of another program, and nothing was changed.</source>
        <translation>„{name}“ ist eine Datei eines anderen Programms, und nichts wurde geändert.</translation>
    </message>
    <message>
        <location filename="store/backup.py"/>
        <source>“{name}” lacks the collection, and nothing was changed.</source>
        <translation>„{name}“ enthält die Sammlung nicht, und nichts wurde geändert.</translation>
    </message>
    <message>
        <location filename="store/backup.py"/>
        <source>“{name}” was written by a newer version of Cardscanner ({get}), and nothing was changed. Install that to restore it.</source>
        <translation>„{name}“ stammt von einer neueren Version von Cardscanner ({get}), und nichts wurde geändert. Installieren Sie diese, um sie wiederherzustellen.</translation>
    </message>
    <message>
        <location filename="store/backup.py"/>
        <source>“{name}” holds no collection, and nothing was changed.</source>
        <translation>„{name}“ enthält keine Sammlung, und nichts wurde geändert.</translation>
    </message>
    <message>
        <location filename="store/backup.py"/>
        <source>“{name}” is damaged ({damage}), and nothing was changed.</source>
        <translation>„{name}“ ist beschädigt ({damage}), und nichts wurde geändert.</translation>
    </message>
    <message>
        <location filename="store/backup_folder.py"/>
        <source>“{folder}” can't be made: {strerror}.</source>
        <translation>„{folder}“ kann nicht angelegt werden: {strerror}.</translation>
    </message>
    <message>
        <location filename="store/backup_words.py"/>
        <source>The collection can't be copied: {error}. No backup was made.</source>
        <translation>Die Sammlung kann nicht kopiert werden: {error}. Es wurde nichts gesichert.</translation>
    </message>
    <message>
        <location filename="store/backup_words.py"/>
        <source>“{target}” can't be written: {reason}. No backup was made.</source>
        <translation>„{target}“ kann nicht geschrieben werden: {reason}. Es wurde nichts gesichert.</translation>
    </message>
    <message>
        <location filename="store/backup_words.py"/>
        <source>“{path}” isn't there.</source>
        <translation>„{path}“ ist nicht da.</translation>
    </message>
    <message>
        <location filename="store/backup_words.py"/>
        <source>“{name}” is cut, damaged or no backup of Cardscanner, and nothing was changed. ({error})</source>
        <translation>„{name}“ ist abgeschnitten, beschädigt oder keine Sicherung von Cardscanner, und nichts wurde geändert. ({error})</translation>
    </message>
    <message>
        <location filename="store/backup_words.py"/>
        <source>The disk is full, and nothing was changed.</source>
        <translation>Die Festplatte ist voll, und nichts wurde geändert.</translation>
    </message>
    <message>
        <location filename="store/batches.py"/>
        <source>There is no batch {batch_id} in “{path}”.</source>
        <translation>In „{path}“ gibt es keinen Stapel {batch_id}.</translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>Edit {title}</source>
        <translation>{title} bearbeiten</translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>1 card</source>
        <translation>1 Karte</translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>{count} cards</source>
        <translation>{count} Karten</translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>Put back {title}</source>
        <translation>{title} zurücklegen</translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>Change to {named}</source>
        <translation>Zu {named} ändern</translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>Delete {title}</source>
        <translation>{title} löschen</translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>Add {named}</source>
        <translation>{named} hinzufügen</translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>Add {counted}</source>
        <translation>{counted} hinzufügen</translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>{count} damaged {noun} set aside ({kinds}); everything else is there. What could be read of it is in “{raw}”, the collection as it was in “{copy}”.</source>
        <translation>{count} beschädigte {noun} beiseitegelegt ({kinds}); alles andere ist da. Was davon lesbar war, steht in „{raw}“, die Sammlung, wie sie war, in „{copy}“.</translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>{broken} is no text</source>
        <translation>{broken} ist kein Text</translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>row was</source>
        <translation>Zeile wurde</translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>rows were</source>
        <translation>Zeilen wurden</translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>{found} of {count} {replace} in “{path}” can't be read, and nothing was changed. Put a copy of it in its place. ({found2})</source>
        <translation>{found} von {count} {replace} in „{path}“ sind nicht lesbar, und nichts wurde geändert. Setzen Sie eine Kopie an ihre Stelle. ({found2})</translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>{name} is no JSON</source>
        <translation>{name} ist kein JSON</translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>{n} in {replace}</source>
        <translation>{n} in {replace}</translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>“{path}” lacks {sorted} in {name} and was left as it is. Put a copy of it in its place.</source>
        <translation>„{path}“ fehlt {sorted} in {name}; die Datei wurde gelassen, wie sie ist. Setzen Sie eine Kopie an ihre Stelle.</translation>
    </message>
    <message>
        <location filename="store/database.py"/>
        <source>“{path}” was deleted or replaced while it was open, so nothing can be saved there. {kept}Close Cardscanner, put the right file in its place and start again.</source>
        <translation>„{path}“ wurde gelöscht oder ersetzt, während es offen war, also kann dort nichts gespeichert werden. {kept}Schließen Sie Cardscanner, setzen Sie die richtige Datei an ihre Stelle und starten Sie neu.</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>“{path}” lacks a part that every collection has, and was left as it is. Put a copy of it in its place. ({error})</source>
        <translation>„{path}“ fehlt ein Teil, den jede Sammlung hat; die Datei wurde gelassen, wie sie ist. Setzen Sie eine Kopie an ihre Stelle. ({error})</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>The disk is full: nothing was saved to “{path}”. Free some space and try again.</source>
        <translation>Die Festplatte ist voll: in „{path}“ wurde nichts gespeichert. Schaffen Sie Platz und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>“{path}” can't be written. Check the permissions of its folder.</source>
        <translation>„{path}“ kann nicht geschrieben werden. Prüfen Sie die Berechtigungen des Ordners.</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>“{path}” can't be opened. Check that its folder can be written.</source>
        <translation>„{path}“ kann nicht geöffnet werden. Prüfen Sie, ob in den Ordner geschrieben werden kann.</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>Another program keeps “{path}” busy. Close it and try again.</source>
        <translation>Ein anderes Programm hält „{path}“ besetzt. Schließen Sie es und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>The disk reported an error at “{path}”: nothing was saved. ({error})</source>
        <translation>Die Festplatte meldete bei „{path}“ einen Fehler: nichts wurde gespeichert. ({error})</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>“{path}” is damaged and was left as it is. Put a copy of it in its place, or let “cardscanner rescue” save what can be read. ({error})</source>
        <translation>„{path}“ ist beschädigt und wurde gelassen, wie es ist. Setzen Sie eine Kopie an seine Stelle, oder lassen Sie „cardscanner rescue“ das Lesbare retten. ({error})</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>“{path}” is damaged or no collection, and was left as it is. Move it away to start afresh.</source>
        <translation>„{path}“ ist beschädigt oder keine Sammlung und wurde gelassen, wie es ist. Räumen Sie es weg, um neu anzufangen.</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>One of the {replace} is damaged and can't be read. It is set aside; try again.</source>
        <translation>Etwas unter {replace} ist beschädigt und nicht lesbar. Es wird beiseitegelegt; versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>“{path}” can't be opened: {reason}.</source>
        <translation>„{path}“ kann nicht geöffnet werden: {reason}.</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>stored rows</source>
        <translation>gespeicherte Zeilen</translation>
    </message>
    <message>
        <location filename="store/history.py"/>
        <source>That can't be undone or redone: the same cards were changed since.</source>
        <translation>Das kann nicht rückgängig gemacht oder wiederholt werden: dieselben Karten wurden seither geändert.</translation>
    </message>
    <message>
        <location filename="store/imports.py"/>
        <source>1 row</source>
        <translation>1 Zeile</translation>
    </message>
    <message>
        <location filename="store/imports.py"/>
        <source>{kept} rows</source>
        <translation>{kept} Zeilen</translation>
    </message>
    <message>
        <location filename="store/imports.py"/>
        <source>Import {rows_words} of “{name}”</source>
        <translation>{rows_words} aus „{name}“ importieren</translation>
    </message>
    <message>
        <location filename="store/opening.py"/>
        <source>“{path}” belongs to another program and was left as it is.</source>
        <translation>„{path}“ gehört einem anderen Programm und wurde gelassen, wie es ist.</translation>
    </message>
    <message>
        <location filename="store/opening.py"/>
        <source>“{path}” was written by a newer version of Cardscanner and was left as it is. Install the newer version to open it.</source>
        <translation>„{path}“ stammt von einer neueren Version von Cardscanner und wurde gelassen, wie es ist. Installieren Sie die neuere Version, um es zu öffnen.</translation>
    </message>
    <message>
        <location filename="store/salvage.py"/>
        <source>entries of the collection</source>
        <translation>Einträge der Sammlung</translation>
    </message>
    <message>
        <location filename="store/salvage.py"/>
        <source>{counts}, {counts2} and {counts3}</source>
        <translation>{counts}, {counts2} und {counts3}</translation>
    </message>
    <message>
        <location filename="store/salvage.py"/>
        <source>Nothing can be read of “{path}” any more. Put a copy of it in its place, or move it away to start afresh.</source>
        <translation>Von „{path}“ ist nichts mehr lesbar. Setzen Sie eine Kopie an seine Stelle, oder räumen Sie es weg, um neu anzufangen.</translation>
    </message>
    <message>
        <location filename="store/scan_edits.py"/>
        <source>Keep {kept} cards</source>
        <translation>{kept} Karten behalten</translation>
    </message>
    <message>
        <location filename="store/scan_edits.py"/>
        <source>Keep {value}</source>
        <translation>{value} behalten</translation>
    </message>
    <message>
        <location filename="store/scan_edits.py"/>
        <source>chosen by hand</source>
        <translation>von Hand gewählt</translation>
    </message>
    <message>
        <location filename="store/scans.py"/>
        <source>Scan {scan_id} is not in “{path}” any more.</source>
        <translation>Scan {scan_id} ist nicht mehr in „{path}“.</translation>
    </message>
    <message>
        <location filename="store/scans.py"/>
        <source>Which card this is hasn't been decided yet: see Review.</source>
        <translation>Welche Karte das ist, ist noch nicht entschieden: siehe „Prüfen“.</translation>
    </message>
    <message>
        <location filename="store/search/conditions.py"/>
        <source>“{value}” is no day: write 2025, 2025-03, 2025-03-14, today, or 30d for the last 30 days.</source>
        <translation>„{value}“ ist kein Tag: schreiben Sie 2025, 2025-03, 2025-03-14, today, oder 30d für die letzten 30 Tage.</translation>
    </message>
    <message>
        <location filename="store/search/conditions.py"/>
        <source>“{field}” wants a number, not “{value}”.</source>
        <translation>„{field}“ verlangt eine Zahl, nicht „{value}“.</translation>
    </message>
    <message>
        <location filename="store/search/conditions.py"/>
        <source>“{field}” can't be more or less: use : or = with it.</source>
        <translation>„{field}“ kann nicht mehr oder weniger sein: benutzen Sie : oder =.</translation>
    </message>
    <message>
        <location filename="store/search/conditions.py"/>
        <source>“{field}:” wants a number before or after “..”.</source>
        <translation>„{field}:“ verlangt eine Zahl vor oder nach „..“.</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>There is no “{name}:” to search by.{meant} Quotes find the words themselves.</source>
        <translation>Nach „{name}:“ kann nicht gesucht werden.{meant} Anführungszeichen finden die Wörter selbst.</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>in any language</source>
        <translation>in jeder Sprache</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>code or name</source>
        <translation>Kürzel oder Name</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>or 1..20</source>
        <translation>oder 1..20</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>* for any</source>
        <translation>* für irgendeines</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>or &gt;=EX</source>
        <translation>oder &gt;=EX</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>of the card</source>
        <translation>der Karte</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>copies, or &gt;1</source>
        <translation>Exemplare, oder &gt;1</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>in its folder</source>
        <translation>im Ordner</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>or &gt;=9</source>
        <translation>oder &gt;=9</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>PSA, CGC</source>
        <translation>PSA, CGC</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>its number</source>
        <translation>seine Nummer</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>paid, or &gt;10</source>
        <translation>bezahlt, oder &gt;10</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>2025-03, 30d, today</source>
        <translation>2025-03, 30d, today</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>of the printing</source>
        <translation>des Drucks</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source> Do you mean “{close}:”?</source>
        <translation> Meinen Sie „{close}:“?</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>“note:” wants words.</source>
        <translation>„note:“ verlangt Wörter.</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>“set” can't be more or less: use : or = with it.</source>
        <translation>„set“ kann nicht mehr oder weniger sein: benutzen Sie : oder =.</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>“{field}{operator}” wants a value after it.</source>
        <translation>„{field}{operator}“ verlangt danach einen Wert.</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>“{value}” is no condition: there are {known}.</source>
        <translation>„{value}“ ist kein Zustand: es gibt {known}.</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>“{value}” is no language: there are {languages}.</source>
        <translation>„{value}“ ist keine Sprache: es gibt {languages}.</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>“has:” knows {has}, not “{value}”.</source>
        <translation>„has:“ kennt {has}, nicht „{value}“.</translation>
    </message>
    <message>
        <location filename="store/sessions.py"/>
        <source>End the session</source>
        <translation>Sitzung beenden</translation>
    </message>
    <message>
        <location filename="store/sessions.py"/>
        <source>Discard the session</source>
        <translation>Sitzung verwerfen</translation>
    </message>
    <message>
        <location filename="store/sessions.py"/>
        <source>This session was ended or discarded already.</source>
        <translation>Diese Sitzung wurde schon beendet oder verworfen.</translation>
    </message>
    <message>
        <location filename="store/sessions.py"/>
        <source>Session {session_id} is not in “{path}” any more.</source>
        <translation>Sitzung {session_id} ist nicht mehr in „{path}“.</translation>
    </message>
    <message>
        <location filename="store/sessions.py"/>
        <source>Only a session that has ended can be taken back.</source>
        <translation>Nur eine beendete Sitzung kann zurückgenommen werden.</translation>
    </message>
    <message>
        <location filename="store/sessions.py"/>
        <source>Take back the session</source>
        <translation>Sitzung zurücknehmen</translation>
    </message>
    <message>
        <location filename="valuing/asking.py"/>
        <source>“{base}” is no address of a price server.</source>
        <translation>„{base}“ ist keine Adresse eines Preisservers.</translation>
    </message>
    <message>
        <location filename="valuing/asking.py"/>
        <source>{base} refuses to give prices ({code}).</source>
        <translation>{base} verweigert Preise ({code}).</translation>
    </message>
    <message>
        <location filename="valuing/asking.py"/>
        <source>Prices can't be had from {base}: {reason}.</source>
        <translation>Von {base} sind keine Preise zu bekommen: {reason}.</translation>
    </message>
    <message>
        <location filename="vlm/decoder_interface.py"/>
        <source>{path} isn't a decoder with a key/value cache{detail}. Download the model again.</source>
        <translation>{path} ist kein Decoder mit Schlüssel/Wert-Speicher{detail}. Laden Sie das Modell noch einmal herunter.</translation>
    </message>
    <message>
        <location filename="vlm/decoder_interface.py"/>
        <source>{path} wants {unknown}, which this program doesn't know. Choose another variant of the model.</source>
        <translation>{path} verlangt {unknown}, das dieses Programm nicht kennt. Wählen Sie eine andere Variante des Modells.</translation>
    </message>
    <message>
        <location filename="vlm/decoder_interface.py"/>
        <source>{path} belongs to another model: its {what} is {written}, and that of config.json is {configured}. Download the model again.</source>
        <translation>{path} gehört zu einem anderen Modell: {what} ist {written}, in config.json {configured}. Laden Sie das Modell noch einmal herunter.</translation>
    </message>
    <message>
        <location filename="vlm/decoder_interface.py"/>
        <source>{path} doesn't say its {what}, and neither does config.json. Download the model again.</source>
        <translation>{path} nennt {what} nicht, config.json auch nicht. Laden Sie das Modell noch einmal herunter.</translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>{folder} is missing: without it nothing says how to ask the model. Download the model again.</source>
        <translation>{folder} fehlt: ohne das ist unbekannt, wie das Modell gefragt wird. Laden Sie das Modell noch einmal herunter.</translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>{folder} has {vocabulary} tokens and the model only {vocabulary2}: they don't belong together. Download the model again.</source>
        <translation>{folder} hat {vocabulary} Token und das Modell nur {vocabulary2}: sie gehören nicht zusammen. Laden Sie das Modell noch einmal herunter.</translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>{folder} describes another kind of model ({kind}). Choose a SmolVLM folder.</source>
        <translation>{folder} beschreibt ein Modell anderer Art ({kind}). Wählen Sie einen SmolVLM-Ordner.</translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>The processor in {folder} cuts pictures in another way than this program ({count} tiles, not {tiles}). It needs another version of the model.</source>
        <translation>Der Prozessor in {folder} zerteilt Bilder anders als dieses Programm ({count} Kacheln, nicht {tiles}). Er braucht eine andere Version des Modells.</translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>The configuration in {folder} can't be read ({reason}). Verify the model or download it again.</source>
        <translation>Die Konfiguration in {folder} kann nicht gelesen werden ({reason}). Prüfen Sie das Modell oder laden Sie es noch einmal herunter.</translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>{path} can't be read. Download the model again.</source>
        <translation>{path} kann nicht gelesen werden. Laden Sie das Modell noch einmal herunter.</translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>The processor in {folder} writes prompts in another way than this program. It needs another version of the model.</source>
        <translation>Der Prozessor in {folder} schreibt Eingaben anders als dieses Programm. Er braucht eine andere Version des Modells.</translation>
    </message>
    <message>
        <location filename="vlm/graphs/model_file.py"/>
        <source>{path} can't be read as an ONNX model. Download the model again.</source>
        <translation>{path} kann nicht als ONNX-Modell gelesen werden. Laden Sie das Modell noch einmal herunter.</translation>
    </message>
    <message>
        <location filename="vlm/graphs/session.py"/>
        <source>{path} is missing. Download the model again.</source>
        <translation>{path} fehlt. Laden Sie das Modell noch einmal herunter.</translation>
    </message>
    <message>
        <location filename="vlm/graphs/session.py"/>
        <source>{path} isn't the expected part of a SmolVLM model: it has no {lacking}. Download the model again.</source>
        <translation>{path} ist nicht der erwartete Teil eines SmolVLM-Modells: {lacking} fehlt. Laden Sie das Modell noch einmal herunter.</translation>
    </message>
    <message>
        <location filename="vlm/graphs/session.py"/>
        <source>{path} can't be opened as a model ({first_line}). Verify it or download it again.</source>
        <translation>{path} kann nicht als Modell geöffnet werden ({first_line}). Prüfen Sie es oder laden Sie es noch einmal herunter.</translation>
    </message>
    <message>
        <location filename="vlm/graphs/session.py"/>
        <source>{path} failed while it ran ({first_line}). Verify the model, or prepare it again.</source>
        <translation>{path} ist im Lauf fehlgeschlagen ({first_line}). Prüfen Sie das Modell, oder bereiten Sie es noch einmal vor.</translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>{repository} doesn't have a revision. Choose another mirror.</source>
        <translation>{repository} hat keinen Stand. Wählen Sie einen anderen Spiegel.</translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>{title} needs {needed} GB in {parent} and {free} GB are free. Make room, then try again.</source>
        <translation>{title} braucht {needed} GB in {parent}, und {free} GB sind frei. Schaffen Sie Platz und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>{title} can't be written to {models} ({value}). Make room or choose another folder, then start the download again: it goes on.</source>
        <translation>{title} kann nicht in {models} geschrieben werden ({value}). Schaffen Sie Platz oder wählen Sie einen anderen Ordner, und starten Sie den Download noch einmal: er geht dort weiter.</translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>{name} is larger than the hub said. Try again later or from another mirror.</source>
        <translation>{name} ist größer, als der Hub sagte. Versuchen Sie es später oder von einem anderen Spiegel.</translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>{name} isn't what the hub announced (its checksum differs), so it was deleted. Try again later or from another mirror.</source>
        <translation>{name} ist nicht, was der Hub ankündigte (die Prüfsumme weicht ab), und wurde gelöscht. Versuchen Sie es später oder von einem anderen Spiegel.</translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>{name} has {total} bytes on the server and should have {size}. Try again later or from another mirror.</source>
        <translation>{name} hat auf dem Server {total} Byte und sollte {size} haben. Versuchen Sie es später oder von einem anderen Spiegel.</translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>The connection was lost while {name} came. Start the download again: it goes on where it stopped.</source>
        <translation>Die Verbindung brach ab, während {name} kam. Starten Sie den Download noch einmal: er geht dort weiter.</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{title} isn't installed.</source>
        <translation>{title} ist nicht installiert.</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{source} doesn't hold {title}: it needs {lacking}.</source>
        <translation>{source} enthält {title} nicht: es fehlt {lacking}.</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{path} belongs to another model: it is of kind {kind}, {title} is of kind {kind2}.</source>
        <translation>{path} gehört zu einem anderen Modell: es ist von der Art {kind}, {title} von der Art {kind2}.</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{path} belongs to another model: its hidden size is {hidden}, that of {title} is {hidden2}.</source>
        <translation>{path} gehört zu einem anderen Modell: seine verborgene Größe ist {hidden}, die von {title} ist {hidden2}.</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{path} is damaged. Remove the model and download it again.</source>
        <translation>{path} ist beschädigt. Entfernen Sie das Modell und laden Sie es noch einmal herunter.</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{name} is missing</source>
        <translation>{name} fehlt</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{source} can't be copied to {folder} ({value}).</source>
        <translation>{source} kann nicht nach {folder} kopiert werden ({value}).</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>has {size} bytes instead of {size2}</source>
        <translation>hat {size} Byte statt {size2}</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{source} isn't {title}'s file as it is known: it {what}. It may be damaged: get it again. If it is of another revision, say so: cardscanner models download {id} --from {source2} --newest</source>
        <translation>{source} ist nicht die bekannte Datei von {title}: sie {what}. Vielleicht ist sie beschädigt: holen Sie sie neu. Ist sie von einem anderen Stand: cardscanner models download {id} --from {source2} --newest</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{models} is damaged. Delete it to pin the models anew.</source>
        <translation>{models} ist beschädigt. Löschen Sie es, um die Modelle neu festzulegen.</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{path} can't be read as a model's configuration. Download the model again.</source>
        <translation>{path} kann nicht als Konfiguration eines Modells gelesen werden. Laden Sie das Modell noch einmal herunter.</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{name} has {st_size} bytes instead of {size}</source>
        <translation>{name} hat {st_size} Byte statt {size}</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{folder} can't be removed ({value}).</source>
        <translation>{folder} kann nicht entfernt werden ({value}).</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{name} was changed</source>
        <translation>{name} wurde geändert</translation>
    </message>
    <message>
        <location filename="vlm/models.py"/>
        <source>verifies cards; about two seconds each</source>
        <translation>bestätigt Karten; je etwa zwei Sekunden</translation>
    </message>
    <message>
        <location filename="vlm/models.py"/>
        <source>smaller and a little faster; for previews</source>
        <translation>kleiner und etwas schneller; für einen ersten Blick</translation>
    </message>
    <message>
        <location filename="vlm/models.py"/>
        <source>the second generation, of the same size; untested</source>
        <translation>die zweite Generation, gleich groß; ungetestet</translation>
    </message>
    <message>
        <location filename="vlm/models.py"/>
        <source>{name} ({size} MB)</source>
        <translation>{name} ({size} MB)</translation>
    </message>
    <message>
        <location filename="vlm/models.py"/>
        <source>There is no model {model_id}. There is {models}.</source>
        <translation>Es gibt kein Modell {model_id}. Es gibt {models}.</translation>
    </message>
    <message>
        <location filename="vlm/models.py"/>
        <source>{title} has no variant {variant}. It has {megabytes}.</source>
        <translation>{title} hat keine Variante {variant}. Es gibt {megabytes}.</translation>
    </message>
    <message>
        <location filename="vlm/pictures.py"/>
        <source>{path} wants other tiles than the model's processor makes. Download the model again.</source>
        <translation>{path} will andere Kacheln, als der Prozessor des Modells macht. Laden Sie das Modell noch einmal herunter.</translation>
    </message>
    <message>
        <location filename="vlm/plan.py"/>
        <source>The model in {folder} isn't prepared yet. Prepare it first.</source>
        <translation>Das Modell in {folder} ist noch nicht vorbereitet. Bereiten Sie es zuerst vor.</translation>
    </message>
    <message>
        <location filename="vlm/plan.py"/>
        <source>{path} can't be read ({value}).</source>
        <translation>{path} kann nicht gelesen werden ({value}).</translation>
    </message>
    <message>
        <location filename="vlm/plan.py"/>
        <source>{path} is damaged. Prepare the model again.</source>
        <translation>{path} ist beschädigt. Bereiten Sie das Modell noch einmal vor.</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>reading the model's configuration</source>
        <translation>die Konfiguration des Modells wird gelesen</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>a folder without any is refused before</source>
        <translation>ein Ordner ohne solche wird vorher abgelehnt</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>saved optimised {part}</source>
        <translation>optimierten Teil {part} gespeichert</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>{folder} lacks {lacking}. Download the model again.</source>
        <translation>In {folder} fehlt {lacking}. Laden Sie das Modell noch einmal herunter.</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>{title} isn't installed: cardscanner models download {id}</source>
        <translation>{title} ist nicht installiert: cardscanner models download {id}</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>reading the files again</source>
        <translation>die Dateien werden noch einmal gelesen</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>{title} isn't used: {broken}. Get the files again with: cardscanner models download {id}</source>
        <translation>{title} wird nicht benutzt: {broken}. Die Dateien neu holen mit: cardscanner models download {id}</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>looking at the decoder</source>
        <translation>der Decoder wird angesehen</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>looking at the vision tower</source>
        <translation>der Bildteil wird angesehen</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>asking for a first token</source>
        <translation>ein erstes Token wird erfragt</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>opens in {value} -&gt; {value2} ms</source>
        <translation>öffnet in {value} -&gt; {value2} ms</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>The prepared model can't be written to {folder} ({value}). Make room and prepare it again.</source>
        <translation>Das vorbereitete Modell kann nicht in {folder} geschrieben werden ({value}). Schaffen Sie Platz und bereiten Sie es noch einmal vor.</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>{path} doesn't go with the other files: a tile becomes {rows} x {shape} values, and they take {wanted} x {wanted2}. Download the model again.</source>
        <translation>{path} passt nicht zu den anderen Dateien: eine Kachel wird zu {rows} x {shape} Werten, erwartet werden {wanted} x {wanted2}. Laden Sie das Modell noch einmal herunter.</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>{path} computes no numbers on this processor. Choose another variant of the model.</source>
        <translation>{path} liefert auf diesem Prozessor keine Zahlen. Wählen Sie eine andere Variante des Modells.</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>embedding {variant}</source>
        <translation>Einbettung {variant}</translation>
    </message>
    <message>
        <location filename="vlm/tokenizer_file.py"/>
        <source>{path} can't be read as a tokenizer. {remedy} the model again.</source>
        <translation>{path} kann nicht als Tokenizer gelesen werden. {remedy} (das Modell).</translation>
    </message>
    <message>
        <location filename="vlm/upkeep.py"/>
        <source>it was prepared with ONNX Runtime {runtime}</source>
        <translation>es wurde mit ONNX Runtime {runtime} vorbereitet</translation>
    </message>
    <message>
        <location filename="vlm/upkeep.py"/>
        <source>it was prepared on another processor</source>
        <translation>es wurde auf einem anderen Prozessor vorbereitet</translation>
    </message>
    <message>
        <location filename="vlm/upkeep.py"/>
        <source>it was never prepared</source>
        <translation>es wurde noch nie vorbereitet</translation>
    </message>
    <message>
        <location filename="vlm/variants.py"/>
        <source>{repository} doesn't have {lacking}.{hint}</source>
        <translation>{repository} hat {lacking} nicht.{hint}</translation>
    </message>
    <message>
        <location filename="vlm/vocabulary.py"/>
        <source>The tokenizer doesn't know {token}: it belongs to another model. Download the model again.</source>
        <translation>Der Tokenizer kennt {token} nicht: er gehört zu einem anderen Modell. Laden Sie das Modell noch einmal herunter.</translation>
    </message>
</context>
</TS>
