<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
<context>
    <name>window</name>
    <message>
        <location filename="core/words.py"/>
        <source> and </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>Saved {salvaged}. The damaged file is kept as “{kept}”. Start Cardscanner again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>Restored {copies:,} cards of {day}. The damaged file is kept as “{kept}”. Start Cardscanner again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>Cardscanner (safe mode)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>Open Cardscanner's window.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>pictures or folders to scan at once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>start live scanning from this camera, video, folder of pictures or stream</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>where collection and catalogue are kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>start without models, network, pictures of printings, and your settings and layout; collection and catalogue are there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>There is no card catalogue yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>Error: {error}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>waiting its turn</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>cancelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="qt/activity/batches.py"/>
        <source>{n} pictures</source>
        <extracomment>one: {n} picture</extracomment>
        <translation type="unfinished"><numerusform></numerusform><numerusform></numerusform></translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>{ended:,} of {pictures}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>{failed:,} couldn't be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>{same:,} the same as another</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>{counted_before:,} scanned before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>{name}: how far it is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Pause: the picture that is being read is finished, the others wait</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Go on with the rest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Read the {pictures} again that failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Take all cards of this batch back, out of your collection and Review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Cancel what is left; what was recorded stays</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Drop a folder of pictures on the scan page, and it is a batch.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Go on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Take back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>Time a picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>Cards a minute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>Memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>Processor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>Time by step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>Found in caches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>Known before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>in use by Cardscanner</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>of all cores</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>Where the time goes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>Batches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>Decisions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/charts.py"/>
        <source>{title}, the last five minutes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/charts.py"/>
        <source>5 minutes ago</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/charts.py"/>
        <source>most {words}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/log.py"/>
        <source>Decisions, newest first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/log.py"/>
        <source>Why each answer was given, newest first (Ctrl+C copies)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Since {fromtimestamp:%H:%M}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Since start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>All time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Took back {cards} of this batch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Nothing has happened yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Scan a card, and this page shows how long each step took, how often an answer was known before, and why it was given.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Scan some cards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Activity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Figures since the program was started</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Figures of all times that it was used</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="qt/activity/page.py"/>
        <source>{n} cards</source>
        <extracomment>one: {n} card</extracomment>
        <translation type="unfinished"><numerusform></numerusform><numerusform></numerusform></translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>What is done to each picture, in this order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>By</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Who did it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Times</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>How often it was done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Half of them took less</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>19 of 20 took less</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>99 of 100 took less</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Cache</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Where an earlier answer is looked for, in this order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>For the</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>What would be answered again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Asked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>How often it was looked for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>How much of it was found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Whole picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Open the picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Search the caches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Find the cards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Straighten</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Check what was known</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Read the text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Look it up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Ask the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Text recognition</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Card finder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Catalogue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>This program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Redis</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Database</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>same picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>same card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{ms:.1f} min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{seconds:.1f} hours left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{cards} from {pictures}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{ms:.1f} ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{ms:.0f} ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{size:,.0f} MB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{size:.1f} GB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>a few seconds left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{ceil} seconds left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{minutes} left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>no picture yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>half of all pictures take less</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{milliseconds} saved, {speculation_adopted:,} of {speculation_adopted2:,} used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>while reading, {words}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Of all answers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Answers that came from a cache, of all answers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Read ahead</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Work that was begun before the card lay still, and the time that it saved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Expected card came</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>How often the next card was the one that was expected after the last</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Model switches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>How often another reading model was loaded in place of the one before</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="qt/activity/words.py"/>
        <source>{n} minutes</source>
        <extracomment>one: {n} minute</extracomment>
        <translation type="unfinished"><numerusform></numerusform><numerusform></numerusform></translation>
    </message>
    <message>
        <location filename="qt/card/asked.py"/>
        <source>{name}: which of {in_words}?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/asked.py"/>
        <source>{name}: is it this one?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>Set code {code}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>Number {number}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>Reading…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>No name read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>Set not settled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>No number read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>{text} (not sure)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>not sure, Y confirms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>suggested, Y confirms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>Finish</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>The printing exists in more than one finish, and the picture doesn't tell for sure.
Confirm that this one is right (Y), or choose another.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>Condition</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>Copies</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>Note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>Signed, from a trade, in the red binder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/other_match.py"/>
        <source>Type a code or a name: PAL 12</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/other_match.py"/>
        <source>Search the catalogue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/other_match.py"/>
        <source>Printings found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/other_match.py"/>
        <source>Nothing in the catalogue fits “{text}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/other_match_dialog.py"/>
        <source>Other match</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/other_match_dialog.py"/>
        <source>Which printing is it?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/other_match_dialog.py"/>
        <source>Use this one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Tags</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>for trade, signed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Folder or binder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Red binder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Position</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>page 3, 4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Price paid</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Currency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Bought on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Graded by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Grade</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Certificate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/own_values.py"/>
        <source>“{typed}” is no price: write 12.50.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/own_values.py"/>
        <source>“{typed}” is no date: write 2025-03-14.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/picture_view.py"/>
        <source>Picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>Closer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>Ctrl++, or the wheel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>Further away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>Ctrl+−, or the wheel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>All of it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>Ctrl+0, or a double click</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>Turn</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>{name}: picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>Add cards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>List of cards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>One card a line, such as
PAL 12 x2
3 Sprigatito SVI 13</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>What the lines mean</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>Add</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>You wrote</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>Card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>Add {cards}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>{lines} without a card: they are left out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>Which one?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>Not found</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="qt/collection/add_dialog.py"/>
        <source>{n} lines</source>
        <extracomment>one: {n} line</extracomment>
        <translation type="unfinished"><numerusform></numerusform><numerusform></numerusform></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>copies</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>price</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>currency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>bought on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>finish confirmed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>finish</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>condition</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>tags</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>position</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>graded by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>grade</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>certificate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>stamp</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>line {field}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>Changes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>What was done to your collection, the last first. Edit → Undo takes back what was done since the program started.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>Nothing was changed yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>When</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>What</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>Where</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>Scans</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Rarity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Added</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Price</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Bought</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>Trash</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>The last ones first. What was deleted stays here for 30 days.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>Put back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>The Trash is empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>{set_line} · {number_line} · deleted {words}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>{lines} back in your collection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>Delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>Delete {lines} of your collection?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>They stay in the Trash for 30 days.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>Delete {lines:,}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Scans of this card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Card details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Other printings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Facts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Scans ({scans})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Other printings ({printings})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source> (not sure)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>No picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>you have {copies}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>not in your collection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Paid</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Graded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Read by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Why</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>From</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Series</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Exists as</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Names</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Id</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/dialogs.py"/>
        <source>{lines} of your collection: {label}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>{lines} to write</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Wrote {lines} to {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>The whole collection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>What the search “{text}” found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Choose the file to write</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>The first rows of the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Cards that were left out, and why</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Export your collection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Export a session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Writing…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Looking at the cards…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>; {cards} left out:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Export to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>CSV files (*.csv)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Only what is selected ({lines})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Only what is selected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Cards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Say which file to write</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>{name} is there already: press again to replace it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>… and {left_out:,} more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/grid_view.py"/>
        <source>Collection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>The same file was imported before, and its cards are in your collection. Importing it again counts them once more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Stamp</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>{title}: {rows} to add</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Imported {cards} from {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Import</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>A CSV file of another program, or one of your exports</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Choose the file to read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>As its columns say</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Cards that would be added</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Rows that wait for you, and why</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Import cards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Waiting in Review after the import</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Looking into it…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Importing…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Import from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Tables (*.csv *.tsv *.txt);;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Choose a file to see what it would bring</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>, {waiting:,} for Review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>, {none:,} without copies</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>; {waiting:,} wait in Review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Nothing was imported</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Written by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Looking into it: {rows:,} rows so far…</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="qt/collection/import_dialog.py"/>
        <source>{n} rows</source>
        <extracomment>one: {n} row</extracomment>
        <translation type="unfinished"><numerusform></numerusform><numerusform></numerusform></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>… and {more:,} more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Import once more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Other match…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>This is another printing (M)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Details…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>All that is known of this card (Enter)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Delete from the collection (Del)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>−1 each</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Take one copy from each selected line; one is always left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>+1 each</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Add one copy to each selected line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Delete {number:,}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>{entries} selected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Select a card to see it here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>What you change here changes in all of them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="qt/collection/inspector.py"/>
        <source>{n} entries</source>
        <extracomment>one: {n} entry</extracomment>
        <translation type="unfinished"><numerusform></numerusform><numerusform></numerusform></translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Export…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Your collection is empty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Cards you keep are listed here, to sort, search, edit and export.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Nothing found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Clear the search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Add…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Write cards to a file for another program (Ctrl+E)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Add cards by hand, or a list of their numbers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>The selected card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>No card in your collection fits “{text}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source> in {lines}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Lines that became the same are one line now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>Put into folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>Copy as text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>Folder or binder:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>Tag:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>One copy more each</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>One copy less each</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>Add a tag…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>Take off “{tag}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/search_field.py"/>
        <source>Search the collection (Ctrl+F)

char  or  “PAL 12”: words anywhere
set:PAL  rarity:rare  finish:reverse  lang:ja
qty&gt;1  number:1..20  condition&gt;=EX  grade&gt;=9  price&lt;5
tag:"for trade"  folder:red  -tag:*  has:photo
added:today  added:30d  bought:2025-03</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/search_field.py"/>
        <source>Search: name, set, number, set:PAL qty&gt;1 …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/search_field.py"/>
        <source>Search the collection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Filters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Searches that you saved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Save this search…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Save this search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Name:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>One line for each card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Your photos of the cards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Forget</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Table</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>No filter is saved yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Values</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Show what cards are worth</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Marketplace</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Totals</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Ask for prices now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>By set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>By folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Worth</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Over time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>No price is known yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>{copies:,} of {cards} have a price at {currenttext}; the oldest is of {day}. Stamped and graded cards are left out: the price of the plain card isn't theirs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>The curve begins with the second day on which prices came.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>What the collection was worth, day by day</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Nothing is asked for while the settings say to stay offline.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Asking for prices: {cards} so far…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>In no folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Open pictures…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Open &amp;folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Watch a folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Import…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Export…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Back up…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Restore a backup…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Settings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Reading &amp;models…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Find</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Select &amp;all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Trash…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Add cards…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Changes…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Keep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Keep &amp;all that ask the same</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Re&amp;ject</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Other &amp;match…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Later</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>The &amp;finish is right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Stop scanning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Pa&amp;use the batch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Go on with the batch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Rejected &amp;cards…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Pictures that couldn't be read…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Picture c&amp;loser</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Picture f&amp;urther away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Whole picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Turn the picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Values…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>C&amp;atalogue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Update the card catalogue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Stop the update</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Match waiting cards again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Fetch pictures of the printings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Guide</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Welcome…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;About Cardscanner</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Mark candidate &amp;{number}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Live</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>C&amp;olours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>As the s&amp;ystem</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Scan</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Collection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>S&amp;ets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Activity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>Scan &amp;live</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>&amp;Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>&amp;Capture now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>&amp;Take the last card back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>Count another c&amp;opy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>Next &amp;finish</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>&amp;End the session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>&amp;Discard the session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>&amp;Sessions…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>Capture by &amp;itself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>S&amp;ounds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/notice.py"/>
        <source>Notice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/notice.py"/>
        <source>Close this notice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/notice.py"/>
        <source>{covered} more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/pages.py"/>
        <source>Scan</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/pages.py"/>
        <source>Review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/pages.py"/>
        <source>Sets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/panes.py"/>
        <source>Show: {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/frame/rail.py"/>
        <source>, {number} waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Finish of new cards, where the picture doesn't tell</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Condition of new cards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Language of new cards, where the picture doesn't tell</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Box or note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Note of new cards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Goes into the note of each new card, such as the box you put it in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Auto</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Capture cards by itself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Read each card as soon as it lies still; without, Space reads it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Sounds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>A click for each card, two tones for a doubt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>New cards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Go on with this session (Ctrl+L)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>End session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Put its cards into the collection (Ctrl+Return)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Discard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Keep nothing of this session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source> · not in your collection yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/control.py"/>
        <source>Stop &amp;live scanning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/control.py"/>
        <source>Go &amp;on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Videos (*.mp4 *.mov *.mkv *.avi *.webm *.m4v *.mpg);;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;None</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>A quarter to the &amp;right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Upside down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>A quarter to the &amp;left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Automatic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>1/30 second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>1/60 second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>1/125 second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>1/250 second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>As the &amp;camera likes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>C&amp;amera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Looking for cameras…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Video file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Folder of pictures…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Network camera…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Mirrored picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Resolution</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Exposure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Video file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Folder of pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Address of the stream (rtsp://… or http://…):</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>The user and password of this camera are not kept on this system. Write them into its address, as in rtsp://user:password@camera/stream:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Network camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>No camera is plugged in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Several cameras are plugged in: choose one under Camera.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>No camera is plugged in. Plug one in, or choose a video or a network camera under Camera.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/notices.py"/>
        <source>Kept {cards} of this session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/notices.py"/>
        <source>Took the last card back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/notices.py"/>
        <source>; {unsure:,} to review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/notices.py"/>
        <source>Discarded the session with {cards}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Choose a camera, a video or a stream, and how it is taken</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Scan live</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Scan cards one after the other under a camera (Ctrl+L)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Let go of the camera; the session waits (Ctrl+L)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Read no cards for a while (P)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/scan.py"/>
        <source>Nothing was captured: there is no card under the camera.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Started</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Unsure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Sessions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Cards of the session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Put its cards into the collection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Take all its cards back, out of your collection and Review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Write the cards of this session to a file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Took back {cards} of this session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source> · {copies} copies</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>No session yet: start one with Live → Scan live</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>This session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/view.py"/>
        <source>Live picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Lay a card down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Let it lie still</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Too blurred: more light, or move the camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Got it. Lay down the next</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>It waits in Review. Lay down the next</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Press Space to read this card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Moving</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Blurred</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Reading</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Identified</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Not sure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Not readable</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Allow it in System Settings → Privacy &amp; Security → Camera.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Allow it in Settings → Privacy → Camera, for desktop apps.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Your user needs access to the video device: often that is the group “video”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Unfinished</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Discarded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>{cards} this session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Connecting to {name}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>This can take some seconds.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>{name} is gone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Plug it in again, or check its cable or network. Scanning goes on by itself, and no card is lost.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Another program uses {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Close that program, perhaps a video call. Scanning starts by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>The system doesn't let Cardscanner use the camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>The picture is black</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Open the camera's shutter, take off its cap, or switch on a light.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>The picture stands still</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>If it doesn't come back by itself, unplug the camera and plug it in again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Few pictures a second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>More light, a lower resolution or another USB port make the camera faster.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>{name} has ended</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>End the session, or choose another source.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>{per_minute:.0f} a minute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>{unsure:,} to review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source> Scanning then starts by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="qt/live/words.py"/>
        <source>{n} copies</source>
        <extracomment>one: {n} copy</extracomment>
        <translation type="unfinished"><numerusform></numerusform><numerusform></numerusform></translation>
    </message>
    <message>
        <location filename="qt/review/corner_marker.py"/>
        <source>top of the card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Whatever else you type is a search, such as PAL 12 or XY 12</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Keep the card as the marked printing (Enter)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>The cards of this picture that ask the same question: keep all of them as the marked printing (A and Enter)
{typing}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Reject</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Don't keep this card (Del, or X and Enter)
{typing}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Later</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Leave it in the list and look at the next (Page Down, or N and Enter)
{typing}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Keep all {count}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/outlining.py"/>
        <source>Mark the card's corners</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/outlining.py"/>
        <source>Drag the four grips to the corners of the card, its top first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/outlining.py"/>
        <source>Use these corners</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>What you type on is a search.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Cards that could be more than one printing wait here until you have looked at them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Enter keeps all of the picture so. {type_on}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>{name}   nothing could be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Rejected…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>The cards you rejected, and their way back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Nothing to review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Enter rejects this card. {type_on}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Enter shows the next card. {type_on}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Which card is it?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>{waiting:,} waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>{name}   read: {read}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/question.py"/>
        <source>The reduced catalogue is in use: the full one may know this card.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/question.py"/>
        <source>None of these?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/rejected.py"/>
        <source>Rejected cards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/rejected.py"/>
        <source>The last ones first. What you bring back waits in Review again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/rejected.py"/>
        <source>Bring back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/rejected.py"/>
        <source>No card was rejected.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/rejected.py"/>
        <source>{cards} in Review again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/rejected.py"/>
        <source>Rejected {card_words}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/rematch.py"/>
        <source>made before the first picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/shown_card.py"/>
        <source>There is no picture of this card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/review/shown_card.py"/>
        <source>This card came from a file of another program, without a picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>Pick another printing (M)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>Put this card into the collection (Enter)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>Don't keep this card (X)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>Take the last change back (Ctrl+Z)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>No card yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>The answer for each card appears here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>Rejected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>Name the card by hand…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/collector.py"/>
        <source>There are no pictures in there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/drop_zone.py"/>
        <source>Drop pictures of your cards here, or lay them under a camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/drop_zone.py"/>
        <source>Photos or scans, one card or a whole page, or a folder full of them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/drop_zone.py"/>
        <source>Open pictures…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/drop_zone.py"/>
        <source>Choose picture files to scan (Ctrl+O)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/drop_zone.py"/>
        <source>Scan with a camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Pictures…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Scan every picture in a folder (Ctrl+Shift+O)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Open pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Pictures ({patterns});;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Open a folder of pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/picture_scans.py"/>
        <source>No card found in this picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/repeats.py"/>
        <source>1 picture was scanned before and is skipped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/repeats.py"/>
        <source>{number:,} pictures were scanned before and are skipped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/repeats.py"/>
        <source>Count it again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/repeats.py"/>
        <source>Count them again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/shown_picture.py"/>
        <source>Opening the picture…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>Waits in Review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>Kept when the session ends</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>Not in your collection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>Which one is it? {others} fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>Which one is it?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>In your collection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>, {copies} copies</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/scan/strip.py"/>
        <source>Last cards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/grid.py"/>
        <source>Printings of the set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>{owned:,} of {size:,}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>complete: all {size:,}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>Newest first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>Oldest first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>Most complete first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>Fewest missing first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>By name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>With it, this page shows how complete each set of your collection is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>All sets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Begun</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>All</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Each finish</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Want list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>The card catalogue isn't here yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Get the catalogue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Show all sets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Back to all sets (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Search: set or code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Search the sets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Search the sets (Ctrl+F)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Order of the sets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Count normal, reverse and holo apart</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>What is missing, as a file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>“{path}” lists {cards}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>No set fits “{text}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>You have no card of any set yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Only sets that you have a card of</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Every set of the catalogue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>{code} want list.{kind}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Table (*.csv)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>PDF (*.pdf)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source> · {missing:,} missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source> · {slots:,} of {slots2:,} finishes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>{begun:,} of {sets} begun</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Table (CSV)…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Checklist (PDF)…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source> among those you have begun</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="qt/sets/page.py"/>
        <source>{n} sets</source>
        <extracomment>one: {n} set</extracomment>
        <translation type="unfinished"><numerusform></numerusform><numerusform></numerusform></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>, {complete:,} complete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/want_list.py"/>
        <source>{title}: {number:,} missing{of}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/want_list.py"/>
        <source> · page {page} of {pages}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/sets/want_list.py"/>
        <source>“{path}” can't be written: {strerror}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/store/async_store.py"/>
        <source>There is no card in this session yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/store/async_store.py"/>
        <source>Other changes came after that one; Edit → Undo takes them back first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/store/catalogue_updates.py"/>
        <source>Getting the card catalogue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/store/catalogue_updates.py"/>
        <source>The card catalogue isn't here yet, so there is nothing to search in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/store/lane.py"/>
        <source>Something went wrong in the program ({name}); the log has the details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/store/picture_updates.py"/>
        <source>Fetching pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/style/marks.py"/>
        <source>Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/style/marks.py"/>
        <source>Working</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Mint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Near mint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Excellent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Light played</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Played</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Poor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>English</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>French</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>German</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Italian</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Spanish</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Portuguese</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Dutch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Polish</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Russian</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Chinese (simplified)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Chinese (traditional)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Indonesian</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>While this is on, the ids of the printings in your collection, such as “sv02-012”, are sent to api.tcgdex.net once a day, which answers with prices of Cardmarket and TCGplayer. Nothing else is sent: no names, numbers of copies, photos or notes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/application.py"/>
        <source>Error: no window can be opened here: there is no screen, or it can't be reached. On a machine without one use the command line: cardscanner --help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/application.py"/>
        <source>Cardscanner can't start.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Backups (*.zip);;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>{cards}, {scans} and {photos}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="qt/window/backups.py"/>
        <source>{n} scans</source>
        <extracomment>one: {n} scan</extracomment>
        <translation type="unfinished"><numerusform></numerusform><numerusform></numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="qt/window/backups.py"/>
        <source>{n} photos</source>
        <extracomment>one: {n} photo</extracomment>
        <translation type="unfinished"><numerusform></numerusform><numerusform></numerusform></translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>no day</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Back up to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Backups (*.zip)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Backing up…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Restore from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Backed up {counts} to “{name}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Restore a backup</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Put the backup of {when} in place of your collection?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>The backup holds {counts}; the last card is of {when}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Restore</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Restoring…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Restored {counts} of {when}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Your collection holds {counts}, the last of {when}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>It is backed up before, so that you can come back to it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/batch_menu.py"/>
        <source>Watch a folder for new pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/batch_menu.py"/>
        <source>Stop &amp;watching “{name}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>The card catalogue is here: {printings}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>Matched {cards} again; {identified:,} identified</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>{words}. It is the reduced one, which lacks cards and languages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>Match {waiting_cards} again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>Use it all the same</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>Get it now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>There is no card catalogue yet, and Cardscanner is set to offline.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="qt/window/catalogue_notices.py"/>
        <source>{n} printings</source>
        <extracomment>one: {n} printing</extracomment>
        <translation type="unfinished"><numerusform></numerusform><numerusform></numerusform></translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>Without the card catalogue, cards are read but not identified.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="qt/window/catalogue_notices.py"/>
        <source>{n} waiting cards</source>
        <extracomment>one: {n} waiting card</extracomment>
        <translation type="unfinished"><numerusform></numerusform><numerusform></numerusform></translation>
    </message>
    <message>
        <location filename="qt/window/collection_notices.py"/>
        <source>“{path}” is damaged ({damage}). What can still be read can be saved into a new file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/collection_notices.py"/>
        <source>“{path}” holds {salvaged}. Close Cardscanner and run “cardscanner rescue” to go on with what was saved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/collection_notices.py"/>
        <source>“{path}” is damaged ({damage}). There is a good backup of it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/collection_notices.py"/>
        <source>Save what can be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/collection_notices.py"/>
        <source>Restore the backup</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/crash_notice.py"/>
        <source>Something went wrong that shouldn't have. What you scanned and changed is saved. If the window behaves oddly now, close it and start it again; if it doesn't start, “cardscanner-gui --safe” does.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/crash_notice.py"/>
        <source>Cardscanner met an error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/crash_notice.py"/>
        <source>Report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/crash_notice.py"/>
        <source>The report names no folder of yours and no user. Nothing is sent.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/crash_notice.py"/>
        <source>Copy the report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/crash_notice.py"/>
        <source>Copied</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/dialogs.py"/>
        <source>About Cardscanner</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/dialogs.py"/>
        <source>Cardscanner {version}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/dialogs.py"/>
        <source>
Catalogue: {source}, {printings:,} printings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/dialogs.py"/>
        <source>Licences…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/dialogs.py"/>
        <source>Names the exact printing of a card from a picture, on this machine. MIT licence.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/doubtful_card.py"/>
        <source>Fetch small pictures of these candidates only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/doubtful_card.py"/>
        <source>{small_pictures} from {host}, about {size_words}, {time_words}. Only fingerprints of 64 bytes are kept. You won't be asked again before the next start.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/doubtful_card.py"/>
        <source>Compare with {pictures} more…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/doubtful_card.py"/>
        <source>Nobody knows where these pictures are</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/doubtful_card.py"/>
        <source>Fetch these pictures?</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="qt/window/doubtful_card.py"/>
        <source>{n} small pictures</source>
        <extracomment>one: {n} small picture</extracomment>
        <translation type="unfinished"><numerusform></numerusform><numerusform></numerusform></translation>
    </message>
    <message>
        <location filename="qt/window/guide_dialog.py"/>
        <source>Guide</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/guide_dialog.py"/>
        <source>The guide's text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/guide_dialog.py"/>
        <source>Contents</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/guide_dialog.py"/>
        <source>Search in the guide (Enter: next)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/guide_dialog.py"/>
        <source>Search in the guide</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>In a picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>In lists</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Keys and what they do</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Ctrl+Wheel, Ctrl++, Ctrl+−</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Larger and smaller</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>↑ ↓ Home End</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Go to another line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Shift+↑ ↓</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Mark several</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source> or </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/licences_dialog.py"/>
        <source>Licences</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/licences_dialog.py"/>
        <source>Libraries</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/licences_dialog.py"/>
        <source>Licence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/licences_dialog.py"/>
        <source>Licence: {licence}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/licences_dialog.py"/>
        <source>The package brings no text of its own; its web page has it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/model_upkeep.py"/>
        <source>Preparing {title}, since {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/model_upkeep.py"/>
        <source>Preparing {title}: {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Never: text recognition alone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Where text recognition is unsure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Every card (about two seconds each)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>about {memory:.1f} GB of memory while it reads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>{title} is {bytes:.0f} MB from {repository}.
Its licence is {licence} ({licence_url}).

Download it?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Delete the files of {title}?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Reading models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Let a model read too</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>When a model reads a card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Download…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Use a folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Verify</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Remove…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>About {size} MB to download, {memory}. Licence: {licence}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>A folder with a SmolVLM model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Copying</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Not installed. Cards are read without it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Settings say to stay offline. Use a folder on disk instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Asking the hub</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Preparing: {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>✕ {broken}. Download the model again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>✓ Every file is as it was installed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Paused. Press Download to go on where it stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>, revision {revision}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>✓ Ready ({variants}{revision}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Installed, not prepared yet: press Download to go on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Downloading</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Verifying</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/picture_notices.py"/>
        <source>Fetching pictures stopped. What came so far is kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/picture_notices.py"/>
        <source>The catalogue has new printings: {plan_words}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/picture_notices.py"/>
        <source>Fetch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>{small_pictures} from {host}: up to about {size_words} and {time_words}, at three a second.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>{new_fingerprints}; {total:,} printings have one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>{value} kB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>{size:.0f} MB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>a few seconds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>Nothing is missing: every picture that is wanted is fingerprinted already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>; of {absent:,} there is no picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>; {unknown:,} fit no printing of this catalogue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>; {refused:,} refused, mostly since {why} ({named}{more})</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="qt/window/picture_words.py"/>
        <source>{n} new fingerprints</source>
        <extracomment>one: {n} new fingerprint</extracomment>
        <translation type="unfinished"><numerusform></numerusform><numerusform></numerusform></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Fingerprints (*.index *.tsv *.gz *.txt);;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Pictures of the printings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>A card whose print can't be read is told by its picture. For that, a fingerprint of 64 bytes is kept of each printing's.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Looking what there is…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>All sets, the newest first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Only these:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Find a set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Keep the pictures too, and show them beside candidates</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>For yourself: they are their makers' copyright</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Fetch pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>From a file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>From a folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>For another desk…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Write all fingerprints into a file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Tell cards by their pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>{known:,} of {printings} have a fingerprint.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Counting what is missing…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source> Settings say to stay offline: take them from a file or folder instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Fingerprints of another desk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>A folder with pictures of printings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>A file for another desk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Written to {name}: {{:,}} fingerprints.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Paused. Fetch goes on where it stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Choose the sets.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Fetch {pictures}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/problems_dialog.py"/>
        <source>Pictures that couldn't be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/problems_dialog.py"/>
        <source>{pictures} couldn't be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/problems_dialog.py"/>
        <source>Pictures and reasons</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/reader_notices.py"/>
        <source>Reader ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/reader_notices.py"/>
        <source>Reader not available</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/scan_progress.py"/>
        <source>Going on where it was: {pictures} left to scan</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/scan_progress.py"/>
        <source>Files {done:,} of {total:,}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/scan_progress.py"/>
        <source>Show</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/scan_progress.py"/>
        <source>Looking for pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>As the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Put identified cards into the collection at once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Stay offline: never fetch the card catalogue by itself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Back up the collection every day on which it changed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>The last seven days and four weeks are kept in the data folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Open data folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>What is known by then is the answer: which cards it may be.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>What the program speaks, from its next start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Where the picture doesn't tell, a new card starts as:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Program’s language (next start)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Read a card for at most</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Starting the reader…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Get the full one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>The reduced catalogue lacks cards and languages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Stop scanning (Ctrl+.)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Stop getting the catalogue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Stop fetching pictures; it goes on where it stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Stop preparing the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Reduced catalogue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>No card catalogue yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>{pending:,} to review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/undoing.py"/>
        <source>Undone: {label}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/undoing.py"/>
        <source>&amp;Undo: {undo_label}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/undoing.py"/>
        <source>&amp;Redo: {redo_label}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/undoing.py"/>
        <source>Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Not here yet. It is fetched once from TCGdex, about 10 MB, in the background; the line at the bottom of the window says how far it is. Cards are read meanwhile, and named when it is there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>The reduced one, from a package registry: English printings up to March 2025. Where TCGdex can be reached, Catalogue → Update gets the full one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>{printings:,} printings, from {source}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Welcome</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Try {samples} sample cards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Reading models…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Open the guide</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Welcome to Cardscanner</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>What it does</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Drop photos of your cards on the window, or lay them under a camera. It names the exact printing of each and puts it into your collection. What it isn't sure of waits in Review: it asks rather than guesses.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>What stays on this machine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Everything: pictures, collection, what was read. No account, nothing is sent. Only the catalogue is fetched by itself (Settings → Stay offline leaves it out); pictures of printings, models and prices only when you ask for them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Any webcam will do. Lay the card flat, in even light, without a lamp's reflection on it. Your system may ask once whether the camera may be used.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>A second reader, if you like</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>A model of 0.3 to 0.6 GB can read what the quick reader isn't sure of. It costs some seconds a card; everything works without it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>The samples were drawn by us. They go into your collection like any card; Undo (Ctrl+Z) takes them out again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Games and catalogue</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>command line</name>
    <message>
        <location filename="cli.py"/>
        <source>Name the exact printing of trading cards in pictures, on this machine, offline.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="cli.py"/>
        <source>Where collection, catalogue and settings are kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="cli.py"/>
        <source>Say more on standard error; -vv says all.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Restored. What was there is in “{path}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>{copies:,} cards in {entries:,} lines, {scans:,} scans and {photos:,} photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Wrote {counts} to {path}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>The backup of {when} holds {counts}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>There is no collection in “{parent}” yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>There is no backup in “{folder}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Put the backup in place of the collection?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Restored. What was there is kept as “{kept}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>The collection now holds {counts}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Write the collection, its scans and all photos into one file.

The window and a service may go on using the collection meanwhile.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Put the collection of a backup in place of the present one.

Without FILE it is the newest good one of the backups of every day. The present collection is
backed up before; one that is damaged is kept beside.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>The file to write; without it one is added to the backups of every day.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Don't ask.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Say what the backup holds, no more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>{done} of {total} done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Every batch is done.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>No picture of it has failed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Watching {folder}; Ctrl+C ends it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>There is no batch {number}; cardscanner batch list shows all.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>{failed} failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>{same} the same as another</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>{counted_before} scanned before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>about {value} min to go</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>There are no batches yet: cardscanner scan --batch FOLDER makes one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>
Stopped; `cardscanner batch resume` goes on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Pictures that are scanned in the background, also over several runs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Show the batches, newest first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Go on with these batches, or with all that are unfinished and not paused.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Let a batch wait until `resume`; also one that another program works on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Give up what is left of a batch; what was recorded stays.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Read the pictures of a batch again that couldn't be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Scan what arrives in FOLDER and below it, until it is interrupted.

What is there already is scanned first, unless that was done before.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Not only the last twenty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Fetch nothing, not even a missing catalogue.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>{printings:,} printings in {sets} sets ({size:.0f} MB)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>from {source} {version}, licence {licence}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>built {astimezone:%Y-%m-%d %H:%M}, {path}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Offline: name a file or folder with --from.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Nothing fits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>There is no game {game_id!r}. There are: {games}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>{origin} holds no card data of {title}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>reduced: it lacks cards and languages of the full one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>{error} --allow-smaller replaces it all the same.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>left out, not readable: {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>The catalogue of printings: every card there is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Fetch the catalogue and put it in place of the old one.

One that is poorer or older than the one in use is refused. The old catalogue stays in use until
the new one is complete.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Say what the catalogue is made of.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Find printings by name, number, set code or set name, in any order.

For example: "PAL 12", "012/193", "charizard obsidian", "SWSH174".</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>A TCGdex or PTCG-database archive or folder, a wheel or a built catalogue on this machine; or only this repository, or only the package registry. May be given several times: the first counts, the others fill its gaps. Without it: TCGdex and PTCG-database, else the registry.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Whose catalogue.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Replace the catalogue in use also by a poorer or older one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>At most so many lines.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>{written} rows would be written</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>{written} rows written to {output}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>Left out: {name} {printed_number} ({set_name}): {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>… and {left_out} more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>Say with -o which file to write.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>Write the collection to a CSV file, newest cards first.

Cards that the format can't carry are listed on standard error with the reason.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>plain keeps every field and can be read back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>The file to write; - for standard output.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>Only entries that this search finds.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>Only the cards of this session of live scanning.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>Show the first rows and what is left out, no more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>{name}: {title}, {rows:,} rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>{cards:,} rows are cards ({copies:,} copies), {waiting:,} would wait in Review, {none:,} say that there is no copy.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>Line {line}: {title}: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>… and {more:,} rows more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>The same file was imported on {when}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>Nothing was imported: --again counts its cards once more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>Imported {copies:,} cards in {cards:,} rows; {waiting:,} wait in Review.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>Put the cards of a CSV file into the collection.

Files of Cardscanner, the TCGplayer app, Collectr, Dragon Shield, Deckbox, TCG Collector and
Cardmarket are known by their columns. Rows whose printing isn't sure wait in the window's
Review with all that the file says of them; none is dropped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>The program that wrote the file; without it, its columns tell.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>Say what it would bring, no more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>Also when the same file was imported before.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/keep.py"/>
        <source>{kept} kept, {waiting} to review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/keep.py"/>
        <source>{words}, {pictures} skipped: scanned before (--again counts them again)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/keep.py"/>
        <source>1 picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/keep.py"/>
        <source>{skipped} pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>There is no file {missing}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>The user and password of {camera} are not kept on this system. Write them into the address, as in rtsp://user:password@camera/stream.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>Name cards as they are laid under a camera; Ctrl-C ends.

Lay a card down, wait for its line, lay down the next. The exit status is 1 when the camera or
file couldn't be opened.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>A camera by its name or index, a video file, a folder of pictures, or an address.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>List the cameras and end.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>One JSON object a line on standard output.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>Put identified cards into the collection; the others wait in the window's Review.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>Of a video file, however long that takes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>Whether an installed model reads too. Without it: as in the settings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{title} ({wanted}) is {bytes:.0f} MB, licence {licence} ({licence_url}), from {repository} at {revision}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{title}: every file is as it was installed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{title} was removed; {freed:.0f} MB are free again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{title} is ready.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>	about {sizes}; about {memory:.1f} GB of memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>to be prepared: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>revision {revision}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>from a folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>	installed: {variants} ({bytes:.0f} MB, {origin}), {ready}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Offline: name a folder with --from.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Download it?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{title}: {broken}. Get them again with: cardscanner models download {id}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Delete {title}?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{name}	{seconds:.0f} ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>left out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{v} {mb} MB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>	not installed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Downloading {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Reading {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Models that read and verify cards. The program works without any.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Say which models there are, what they take, and which are installed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Download and prepare a model; one that was cut off goes on where it stopped.

HF_ENDPOINT names a mirror, HF_HUB_OFFLINE forbids, proxies come from the usual variables.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Make an installed model ready for this computer; says what was tried and why it was kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Read an installed model's files again and compare them with what was installed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Delete a model's files.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Time an installed model here; with photos, print what each layout of tiles reads.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Which files: uint8, int8, q4 or fp32; by default what suits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Use a folder on disk instead of downloading.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Agree to size and licence without being asked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Read these pictures of cards, once with each layout of tiles.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/opening.py"/>
        <source>There is no card catalogue yet; no printing can be named offline.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/opening.py"/>
        <source>{error} Going on without the card catalogue.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{pictures:,} small pictures of {sets} sets from {hostname}, up to about {size} and {time} at three a second. {kept} Pictures that are fingerprinted already: {known:,}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Name sets with --sets, or take --all, --from or --export.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{index:,} fingerprints in {target} ({st_size:.1f} MB)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{minutes:.1f} hours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{value} minutes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{bytes:.0f} MB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{bytes:.1f} GB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>The pictures are kept too, for yourself; they are their makers' copyright.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Only fingerprints of 64 bytes are kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{taken:,} new</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{total:,} printings have a fingerprint ({parts}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>--from takes in what is there; leave --sets and --all out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>There are no fingerprints to export yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{known:,} were there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>of {absent:,} there is no picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{unknown:,} fit no printing of this catalogue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>refused {count:,}: {why} ({named})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Fetch them?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>This game has no server of pictures; take --from.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Fetch small pictures of printings, by which cards are named whose print can't be read.

Only 64 bytes of each are kept. A run that was cut off goes on where it stopped, and after a
catalogue update only what is new is fetched: without options, of what was chosen before.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Only these sets, by id or code: sv02,PAF.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>All sets, the newest first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>A file that another desk exported, a table of ids and fingerprints, or a folder of pictures, instead of the asset server.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Whose pictures to prefer: en,de. The art is shared.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Keep the pictures themselves too.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Write all fingerprints into this file, for another desk's --from.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Whose pictures.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Another server laid out so.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Agree to size and time without being asked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/rescue.py"/>
        <source>“{path}” is damaged: {damage}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/rescue.py"/>
        <source>Saved {salvaged}. The damaged file is kept as “{kept}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/rescue.py"/>
        <source>“{path}” is in order.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/rescue.py"/>
        <source>Check the collection's file; if it is damaged, save what can be read into a new one.

The new file takes the place of the damaged one, which is kept beside it. Close the window and
whatever else uses the collection before.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>There are no pictures there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>--batch prints no answers: leave the other options out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>Name the cards in pictures: files, folders (with those below), or patterns such as "*.jpg".

A PDF or TIFF document is scanned page by page, as album.pdf#1, album.pdf#2 and so on.

The exit status is 0 when every file could be read, 1 otherwise.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>Also write one row a card to this file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>Like --add for many pictures: faster, without printing each answer, and when it is interrupted, `cardscanner batch resume` goes on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>With --add or --batch: count pictures once more whose cards are counted already; without it they are skipped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>Whether an installed model reads too: never, where it is unsure, or always. Without it: as in the settings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>How long a card may be read before what is known of it is the answer. Without it: as in the settings, 2 at first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>Write what was found, step by step, as pictures into this folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/scan_output.py"/>
        <source>– {source}: no card found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/scan_output.py"/>
        <source> (read: {read})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/scan_output.py"/>
        <source>{path} can't be written: {strerror}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/scan_output.py"/>
        <source>The table can't be written: {strerror}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>The service needs libraries that aren't installed. Run: {executable} -m pip install {missing}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>The key must be one word of at least {shortest_key} characters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>The key in {file} can't be read ({error}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Answer over HTTP what `scan` answers here; OpenAPI describes it at /openapi.json.

Only this machine can reach the service, unless --host says otherwise; then it needs a key.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>The address to listen on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>0 takes a free one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>How thoroughly to read where a request doesn't say. Without it: as in the settings. A model is loaded only where this isn't fast.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>How long a card may be read before what is known of it is the answer, where a request doesn't say. Without it: as in the settings, 2 at first. Batches are read without limit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>A name that clients may call the service by, besides its address; may be given again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Without a key too, batches may put cards into the collection where they ask for it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Threads that read cards, each with networks of its own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Pictures that may be read or wait at a time; more are told to come back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Largest picture file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Largest size of all pictures of unfinished batches together.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Days for which a batch that has ended is told of; what it recorded stays.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Connections that may be open at a time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Seconds that an upload may take.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Seconds that a picture may wait and be read, together.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Seconds without any progress after which a reader is replaced and its picture given up.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Seconds to finish what was accepted, when told to stop.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>scans    {counts}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>cards    {counts}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>answers  {counts}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>model switches      {model_switches:7}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>speculation         {speculation_adopted:7} used, {speculation_dropped} dropped, {speculation_saved_ms:.1f} s saved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>Nothing was scanned yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>known before        {known_before:7.1%}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>cards a minute      {cards_a_minute:7.1f}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>expected card came  {prior_rate:7.1%}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>Say how fast cards were read, and how often an answer was known before.

The figures are of all times that something was scanned into this data folder, or with
--last-run of the last time: in the window, by `scan --add`, in batches, by the service. A
`scan` without --add leaves nothing there, and isn't counted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>One JSON object, times in milliseconds.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>Only what the last run that scanned counted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>the settings say to stay offline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>values are switched off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>Nothing was asked for: {why}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>{asked:,} cards asked for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>{source}: {name}{amount:,.2f} {currency} for {copies:,} cards, prices of {day} or later</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>in no folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>Say what the collection is worth, by the prices that were asked for.

Values are off until they are switched on in the window's settings: asking sends the ids of the
printings in the collection to api.tcgdex.net, and nothing else.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>Totals by set or by folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>Ask for the prices that are due; only where the settings switch values on.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>said</name>
    <message>
        <location filename="capture/cameras.py"/>
        <source>There is no camera “{text}”. Plugged in: {names}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/cameras.py"/>
        <source>{name}: the system doesn't let this program use the camera.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/cameras.py"/>
        <source>{name} is in use by another program.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/cameras.py"/>
        <source>No camera is plugged in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/cameras.py"/>
        <source>{name} isn't plugged in any more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/decoder/opening.py"/>
        <source>the document has no page {page}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/decoder/pool.py"/>
        <source>the file is damaged or cut short</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>{memory} MB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>it needs more than {memory_in_words} of memory to open and was stopped; save a smaller copy, best as JPEG, and try that</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>it is damaged, or needs more than {memory_in_words} of memory to open; save it anew, best as JPEG, and try that</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>it took more than {seconds} seconds to open and was stopped; save it anew, best as JPEG, and try that</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>it couldn't be read within {wall_seconds} seconds; copy it to this machine's own disk and try that</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>the program's decoder doesn't start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>the program's decoder doesn't start ({reason})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/files.py"/>
        <source>the file is empty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/files.py"/>
        <source>the file has more than {max_file_bytes} GB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/files.py"/>
        <source>{name}: there isn't enough memory to open it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/health.py"/>
        <source>{source}: the picture is black. Is the lens covered?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/health.py"/>
        <source>{source}: the picture stands still.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/health.py"/>
        <source>{source} gives only {rate} pictures a second.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/images.py"/>
        <source>it isn't a picture of a kind that can be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/limits.py"/>
        <source>the picture has more than {max_pixels} megapixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/limits.py"/>
        <source>the picture has more than {most} megapixels, too many for its kind; save it as a plain JPEG and try that</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/limits.py"/>
        <source>the picture has a side of more than {max_side} pixels; cut it into parts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/limits.py"/>
        <source>the page has no size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/limits.py"/>
        <source>the {what} is more than {max_ratio} times as long as wide; no card is seen on that</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>only one page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>only {document} pages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>the document has {only}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>the document is locked with a password; save a copy without one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>the document is damaged or cut short</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>the document has more than {max_pages} pages ({document}); split it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>page {page} of the document is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/reader.py"/>
        <source>{name} can't be read; the log has the details.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/reader.py"/>
        <source>{name}: no picture arrives.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/regular.py"/>
        <source>it can't be read ({reason})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/regular.py"/>
        <source>this isn't a file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/regular.py"/>
        <source>the file has more than {max_file_bytes} GB; save a smaller copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/regular.py"/>
        <source>there is no such file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/regular.py"/>
        <source>no permission to read it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/stills.py"/>
        <source>There are no pictures in {path}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/tiff.py"/>
        <source>the document has {pages} pages, of which the first {max_pages} are read and {pages2} left out; split it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/tiff.py"/>
        <source>this is no TIFF document</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/video.py"/>
        <source>{name}: the picture broke off.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/video.py"/>
        <source>{name} doesn't answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/video.py"/>
        <source>There is no file {path}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/video.py"/>
        <source>{name} can't be read as a video.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="capture/watched_folder.py"/>
        <source>The folder {folder} can't be watched ({value}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/artwork/index_file.py"/>
        <source>The fingerprints can't be written to {path}: {error}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/artwork/index_file.py"/>
        <source>{path} is far larger than fingerprints are; not read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/artwork/index_file.py"/>
        <source>The fingerprints in {path} are damaged; `cardscanner catalogue pictures` makes them anew.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/artwork/index_file.py"/>
        <source>{path} can't be read: {error}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/artwork/index_file.py"/>
        <source>{path} holds no fingerprints of this program.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/artwork/index_file.py"/>
        <source>The fingerprints in {path} were made by another version of this program; `cardscanner catalogue pictures` makes them anew.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/build.py"/>
        <source>Building the search index</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/build.py"/>
        <source>Can't write the catalogue to {parent}: {error}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/build.py"/>
        <source>There is no card in {where}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/compare.py"/>
        <source>{printings} printings instead of {printings2}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/compare.py"/>
        <source>{sets} sets instead of {sets2}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/compare.py"/>
        <source>no names in {gone}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/compare.py"/>
        <source>data of {version} instead of {version2}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/compare.py"/>
        <source>What could be fetched now, from the {source}, is poorer than the catalogue in use: {lost}. The one in use stays.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>`cardscanner catalogue update` fetches it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>There is no catalogue yet; {update}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>it doesn't say what it is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>The catalogue {path} is damaged ({why}); `cardscanner catalogue update` makes it anew.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>{name} is not a catalogue; {update}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>The catalogue was made by another version of this program; {update}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>its size is wrong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>The catalogue was closed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>too little could be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>the artwork looks like {looks_like}, but too little else could be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>{words} and {words2}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>{words} agree</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>{close} printings fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>only {words} could be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>the artwork is none of {name}'s in the catalogue: another card, or one that the catalogue lacks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>the artwork looks like {looks_like}, which isn't what was read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>the artwork looks like {looks_like}, but {otherwise}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>{bear} printings bear this artwork, {looks_like} among them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>no text could be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>what was read fits no card in the catalogue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/reasons.py"/>
        <source>{label}: read “{read}”, printed {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/reasons.py"/>
        <source>{label} {printed} (not read)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/artist.py"/>
        <source>artist</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/artist.py"/>
        <source>artist {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/artwork.py"/>
        <source>artwork</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/artwork.py"/>
        <source>artwork {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/code.py"/>
        <source>set code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/code.py"/>
        <source>set code {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/name.py"/>
        <source>name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/name.py"/>
        <source>name {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/number.py"/>
        <source>the number on the card isn't this printing's: proxy, misprint or misread?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/number.py"/>
        <source>number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/number.py"/>
        <source>number {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/number.py"/>
        <source>{label} {printed} (read {read})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/number.py"/>
        <source>read {read}; {not_this_number}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/year.py"/>
        <source>year</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/year.py"/>
        <source>year {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/checks.py"/>
        <source>nothing is on it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/checks.py"/>
        <source>it is cut off or no picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/checks.py"/>
        <source>it has {width} x {height} pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/checks.py"/>
        <source>{width} x {height} pixels aren't the shape of a card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/desk.py"/>
        <source>There are no fingerprints to hand on yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/gathering.py"/>
        <source>the same picture is given for several cards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>There is no file or folder {origin}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>{path} holds no fingerprints.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>Reading pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>it is far too large</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>{path} holds no fingerprints, or is cut off.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>Line {number} of {path} is no printing id with a fingerprint of 512 or 128 bits; nothing was taken.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>There is no picture in {folder}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>Reading fingerprints</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>{origin} can't be read: {error}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>the same fingerprint is given for several cards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/server.py"/>
        <source>{host} sends a page instead of a picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/server.py"/>
        <source>{host} asks to come back in {asked} minutes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/server.py"/>
        <source>{host} can't be reached: {error}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/server.py"/>
        <source>can't be reached: {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/server.py"/>
        <source>what {host} sends is far too large for a picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/server.py"/>
        <source>answers {code} {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/store.py"/>
        <source>{path} was made by a newer version of this program.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/store.py"/>
        <source>damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/store.py"/>
        <source>Fingerprints can't be kept in {folder}: {error}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/store.py"/>
        <source>Fingerprints can't be kept in {path}: {error}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/update.py"/>
        <source>Asking which pictures there are</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/update.py"/>
        <source>{error} Start again later: it goes on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/update.py"/>
        <source>Fetching pictures: {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/update.py"/>
        <source>The pictures can't be kept: {error}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/update.py"/>
        <source>Stopped after {patience} useless answers of {host} in a row ({error}). Start again later: it goes on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/pictures/wanted.py"/>
        <source>The catalogue has no set {missing}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/sources/built.py"/>
        <source>Reading cards: {id}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/sources/download.py"/>
        <source>The connection to {host} broke off.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/sources/download.py"/>
        <source>{host} answered {code} {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/sources/download.py"/>
        <source>{host} can't be reached: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/sources/download.py"/>
        <source>The download can't be kept: {error}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/sources/download.py"/>
        <source>What {host} sends is no card database.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/sources/pip.py"/>
        <source>There is no pip on this machine to reach the package registry with.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/sources/pip.py"/>
        <source>pip couldn't fetch {requirement}: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/sources/pip.py"/>
        <source>pip took more than ten minutes; given up.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/update.py"/>
        <source>The catalogue can't be written to {folder}: {error}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="catalogue/update.py"/>
        <source>{error} Trying the {name} instead</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>A file with the key that clients must present; or the variable {key_variable} holds it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>set {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>rarity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>rarity {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>released</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>released {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>finishes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>finishes {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>Artist</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>Released</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="core/codec.py"/>
        <source>version {values} of a recognition</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="core/evidence.py"/>
        <source>{fact} speaks against the best match</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="core/game.py"/>
        <source>Cards of this game come from one source at a time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="core/rule.py"/>
        <source>says little</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="environment.py"/>
        <source>opencv-python is installed in place of opencv-python-headless, and its own Qt breaks the window. Run: python -m pip uninstall -y opencv-python opencv-contrib-python &amp;&amp; python -m pip install --force-reinstall --no-deps opencv-python-headless</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="export/cardmarket.py"/>
        <source>the catalogue has no Cardmarket product for it in {kind}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="export/line.py"/>
        <source>{program} has no word for the {what} “{value}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="export/line.py"/>
        <source>{program} has no words for cards of {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="export/plain.py"/>
        <source>“{path}” can't be read: {value}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="export/plain.py"/>
        <source>“{path}” is no plain export: “{prefix}id” is missing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="export/plain.py"/>
        <source>“{path}”, line {line_num} is not as it was exported: {error}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="export/pricecharting.py"/>
        <source>PriceCharting has no sets in “{language}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="export/tcgplayer_seller.py"/>
        <source>TCGplayer sells by SKU, and none is known for it; cards that were imported from a TCGplayer file have one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="export/writer.py"/>
        <source>“{target}” can't be written: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="export/writer.py"/>
        <source>The disk is full: “{target}” was not written. Free some space and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="export/writer.py"/>
        <source>“{target}” is a folder. Give the name of a file in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="export/writer.py"/>
        <source>“{parent}” is no folder that exists. Choose another place for the file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="export/writer.py"/>
        <source>“{target}” can't be written. Close it in other programs, or choose another place.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>Normal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>Holo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>Reverse holo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>1st Edition</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>1st Edition holo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>Unlimited</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>Unlimited holo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>HP</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>HP {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>type</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>type {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>stage</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>stage {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>attacks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>attacks {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>evolves from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>evolves from {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>Type</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>Stage</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>Attacks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/joined.py"/>
        <source>{error} Going on without {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/joined.py"/>
        <source>Adding the Asian cards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/local.py"/>
        <source>{path} holds no card data. A TCGdex or PTCG-database archive or folder, the registry's wheel or a catalogue built before is needed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/local.py"/>
        <source>The folder {folder} holds no TCGdex `data` folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/local.py"/>
        <source>There is no file or folder {path}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/ptcg_database.py"/>
        <source>There is no PTCG-database card data in {name}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/ptcg_database.py"/>
        <source>{name} is far larger than a real one; not read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/ptcg_database.py"/>
        <source>The archive {name} is damaged or not PTCG-database ({error}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/ptcg_database.py"/>
        <source>Reading the Japanese and Chinese cards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/ptcg_database.py"/>
        <source>The folder {path} can't be read: {error}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>The catalogue archive is far larger than a real one; not read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>There is no TCGdex card data in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>Reading cards: {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>The catalogue archive {name} is damaged or not a TCGdex archive ({error}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>Reading the folder: {top}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>The folder {folder} can't be read: {error}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>Reading the archive</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel.py"/>
        <source>Fetching card data from the package registry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel.py"/>
        <source>The wheel {name} is damaged ({error}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel.py"/>
        <source>The registry's {requirement} is not the file that we know; it was not used.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel.py"/>
        <source>Reading cards: {replace}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel_pickle.py"/>
        <source>it names {module}.{name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel_pickle.py"/>
        <source>it refers to something outside itself, {pid}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel_pickle.py"/>
        <source>The card file {name} holds no list of cards.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel_pickle.py"/>
        <source>The card file {name} is damaged or unsafe ({error}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>Latin letters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>Japanese</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>Chinese</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>Korean</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>Thai</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>script</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>script {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>an Asian script</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Basic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Stage1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Stage2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>RESTORED</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>LEVEL-UP</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Grass</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Fire</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Water</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Lightning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Psychic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Fighting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Darkness</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Metal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Fairy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Dragon</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Colorless</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Hp</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Category</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Suffix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Types</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Regulation mark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Evolves from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Dex ids</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/formats.py"/>
        <source>“{name}” isn't a file of a program that is known here. Its columns are {header}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/formats.py"/>
        <source>“{name}” looks like {title}, but lacks {noun} {names}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>the row has {more} more than the header; are quotes missing?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>1 cell</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>{surplus} cells</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>{file}, line {line}: {more}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>it says that there is no copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>line {line}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>“{name}” was changed meanwhile. Look at it once more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>no card of the catalogue has this name and number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>the {against} of the row is another</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>{counted} cards fit it alike</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>it says too little to tell the printing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>the card is in another set than “{value}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>there is no catalogue of “{game}” here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>there is no card catalogue yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>is a packed file, perhaps a spreadsheet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>is an old spreadsheet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>is a PDF document</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>is a database</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{name}” is empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{name}” is no text. Save it as CSV and choose that file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{name}” has no columns that could be told apart. It needs a first line with the names of its columns, between commas, semicolons or tabs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>a column without a name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>the column “{doubled}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{name}” has {what} twice, and nobody can say which of them counts. Remove one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{path}” is a folder. Choose a file in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{path}” isn't there any more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{name}” {what}. Save it as CSV and choose that file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{name}”, line {line}: a cell never ends; is a quote missing? ({error})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="paths.py"/>
        <source>The data folder {root} can't be written to ({value}). Choose another with --data-dir or {data_dir_variable}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="reading/models.py"/>
        <source>The text reader is missing: the package “rapidocr” is not installed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="reading/models.py"/>
        <source>The text reader's model {name} can't be loaded: {error}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/batches.py"/>
        <source>{file_name}: the reader got stuck in this picture and gave it up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/batches.py"/>
        <source>Batches can't go on ({name}); the log has the details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/cache/bounded.py"/>
        <source>the answer is too large for the time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/cache/bounded.py"/>
        <source>the answer is too large</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/cache/confirmed.py"/>
        <source>you confirmed this card before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/card_progress.py"/>
        <source>its time was up before all of it was read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>same picture as before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>seen before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>Stopped before the end</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>Failed; the log has the details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>{milliseconds} ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>No card found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>number {rpartition}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>A card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>Card {index}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/guard.py"/>
        <source>{name}: this picture made the program stumble; the log has the details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/inference.py"/>
        <source>the reader hasn't started</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/inference.py"/>
        <source>The reader can't start ({name}); the log has the details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/judge.py"/>
        <source>cards of two games fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/judge.py"/>
        <source>the card catalogue isn't here yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/live/scanner.py"/>
        <source>Live scanning stumbled and stopped; the log has the details.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/live/votes.py"/>
        <source>{reason} in {recognitions} pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/outline_reader.py"/>
        <source>only text on plain paper: is this a card?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>the same picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>looks like before, and its text agrees</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>looks as the user confirmed it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>looks like before, but its text doesn't tell</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>not seen before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>no model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>the mode asks for no model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>nothing to go on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>still unsure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>the mode asks for every card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>the smaller model disagrees</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>everyone was asked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>it would take too long here while others wait</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>it would take too long here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/second_opinion.py"/>
        <source>{reason}, read by {reader} too</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/second_opinion.py"/>
        <source>{reason}, but {reader} reads {words}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/second_opinion.py"/>
        <source>{reason}, confirmed by {reader}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/slab.py"/>
        <source>name, number and set on the slab's label agree with the card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="recognition/slab.py"/>
        <source>only the slab's label could be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="settings.py"/>
        <source>The settings can't be saved to {path} ({reason}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/backup.py"/>
        <source>“{name}” is no backup of Cardscanner, and nothing was changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/backup.py"/>
        <source>“{name}” is a file of another program, and nothing was changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/backup.py"/>
        <source>“{name}” lacks the collection, and nothing was changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/backup.py"/>
        <source>“{name}” was written by a newer version of Cardscanner ({get}), and nothing was changed. Install that to restore it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/backup.py"/>
        <source>“{name}” holds no collection, and nothing was changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/backup.py"/>
        <source>“{name}” is damaged ({damage}), and nothing was changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/backup_folder.py"/>
        <source>“{folder}” can't be made: {strerror}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/backup_words.py"/>
        <source>The collection can't be copied: {error}. No backup was made.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/backup_words.py"/>
        <source>“{target}” can't be written: {reason}. No backup was made.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/backup_words.py"/>
        <source>“{path}” isn't there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/backup_words.py"/>
        <source>“{name}” is cut, damaged or no backup of Cardscanner, and nothing was changed. ({error})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/backup_words.py"/>
        <source>The disk is full, and nothing was changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/batches.py"/>
        <source>There is no batch {batch_id} in “{path}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>Edit {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>1 card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>{count} cards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>Put back {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>Change to {named}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>Delete {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>Add {named}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>Add {counted}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>{count} damaged {noun} set aside ({kinds}); everything else is there. What could be read of it is in “{raw}”, the collection as it was in “{copy}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>{broken} is no text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>row was</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>rows were</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>{found} of {count} {replace} in “{path}” can't be read, and nothing was changed. Put a copy of it in its place. ({found2})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>{name} is no JSON</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>{n} in {replace}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>“{path}” lacks {sorted} in {name} and was left as it is. Put a copy of it in its place.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/database.py"/>
        <source>“{path}” was deleted or replaced while it was open, so nothing can be saved there. {kept}Close Cardscanner, put the right file in its place and start again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>“{path}” lacks a part that every collection has, and was left as it is. Put a copy of it in its place. ({error})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>The disk is full: nothing was saved to “{path}”. Free some space and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>“{path}” can't be written. Check the permissions of its folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>“{path}” can't be opened. Check that its folder can be written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>Another program keeps “{path}” busy. Close it and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>The disk reported an error at “{path}”: nothing was saved. ({error})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>“{path}” is damaged and was left as it is. Put a copy of it in its place, or let “cardscanner rescue” save what can be read. ({error})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>“{path}” is damaged or no collection, and was left as it is. Move it away to start afresh.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>One of the {replace} is damaged and can't be read. It is set aside; try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>“{path}” can't be opened: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>stored rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/history.py"/>
        <source>That can't be undone or redone: the same cards were changed since.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/imports.py"/>
        <source>1 row</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/imports.py"/>
        <source>{kept} rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/imports.py"/>
        <source>Import {rows_words} of “{name}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/opening.py"/>
        <source>“{path}” belongs to another program and was left as it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/opening.py"/>
        <source>“{path}” was written by a newer version of Cardscanner and was left as it is. Install the newer version to open it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/salvage.py"/>
        <source>entries of the collection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/salvage.py"/>
        <source>{counts}, {counts2} and {counts3}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/salvage.py"/>
        <source>Nothing can be read of “{path}” any more. Put a copy of it in its place, or move it away to start afresh.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/scan_edits.py"/>
        <source>Keep {kept} cards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/scan_edits.py"/>
        <source>Keep {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/scan_edits.py"/>
        <source>chosen by hand</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/scans.py"/>
        <source>Scan {scan_id} is not in “{path}” any more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/scans.py"/>
        <source>Which card this is hasn't been decided yet: see Review.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/conditions.py"/>
        <source>“{value}” is no day: write 2025, 2025-03, 2025-03-14, today, or 30d for the last 30 days.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/conditions.py"/>
        <source>“{field}” wants a number, not “{value}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/conditions.py"/>
        <source>“{field}” can't be more or less: use : or = with it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/conditions.py"/>
        <source>“{field}:” wants a number before or after “..”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>There is no “{name}:” to search by.{meant} Quotes find the words themselves.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>in any language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>code or name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>or 1..20</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>or &gt;=EX</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>of the card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>copies, or &gt;1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>* for any</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>in its folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>or &gt;=9</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>PSA, CGC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>its number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>paid, or &gt;10</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>2025-03, 30d, today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>of the printing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source> Do you mean “{close}:”?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>“note:” wants words.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>“set” can't be more or less: use : or = with it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>“{field}{operator}” wants a value after it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>“{value}” is no condition: there are {known}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>“{value}” is no language: there are {languages}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>“has:” knows {has}, not “{value}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/sessions.py"/>
        <source>End the session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/sessions.py"/>
        <source>Discard the session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/sessions.py"/>
        <source>This session was ended or discarded already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/sessions.py"/>
        <source>Session {session_id} is not in “{path}” any more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/sessions.py"/>
        <source>Only a session that has ended can be taken back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="store/sessions.py"/>
        <source>Take back the session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="valuing/asking.py"/>
        <source>“{base}” is no address of a price server.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="valuing/asking.py"/>
        <source>{base} refuses to give prices ({code}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="valuing/asking.py"/>
        <source>Prices can't be had from {base}: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/decoder.py"/>
        <source>{path} isn't a decoder with a key/value cache. Download the model again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>{folder} has {vocabulary} tokens and the model only {vocabulary_size}: they don't belong together. Download the model again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>{folder} describes another kind of model ({kind}). Choose a SmolVLM folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>The processor in {folder} cuts pictures in another way than this program ({count} tiles, not {tiles}). It needs another version of the model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>The configuration in {folder} can't be read ({reason}). Verify the model or download it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>The processor in {folder} writes prompts in another way than this program. It needs another version of the model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/graphs/model_file.py"/>
        <source>{path} can't be read as an ONNX model. Download the model again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/graphs/session.py"/>
        <source>{path} is missing. Download the model again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/graphs/session.py"/>
        <source>{path} isn't the expected part of a SmolVLM model: it has no {lacking}. Download the model again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/graphs/session.py"/>
        <source>{path} can't be opened as a model ({first_line}). Verify it or download it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/graphs/session.py"/>
        <source>{path} failed while it ran ({first_line}). Verify the model, or prepare it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>{repository} doesn't have {value}. Choose another variant or mirror.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>{title} needs {needed} GB in {parent} and {free} GB are free. Make room, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>{title} can't be written to {models} ({value}). Make room or choose another folder, then start the download again: it goes on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>{name} is larger than the hub said. Try again later or from another mirror.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>{name} isn't what the hub announced (its checksum differs), so it was deleted. Try again later or from another mirror.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>{name} has {total} bytes on the server and should have {size}. Try again later or from another mirror.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>The connection was lost while {name} came. Start the download again: it goes on where it stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{title} isn't installed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{source} doesn't hold {title}: it needs {example}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{path} belongs to another model: its hidden size is {hidden}, that of {title} is {hidden2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{path} is damaged. Remove the model and download it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{name} is missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{source} can't be copied to {folder} ({value}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{models} is damaged. Delete it to pin the models anew.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{path} can't be read as a model's configuration. Download the model again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{name} has {st_size} bytes instead of {size}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{folder} can't be removed ({value}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{name} was changed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/models.py"/>
        <source>verifies cards; about two seconds each</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/models.py"/>
        <source>smaller and a little faster; for previews</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/models.py"/>
        <source>There is no model {model_id}. There is {models}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/models.py"/>
        <source>{title} has no variant {variant}. It has {megabytes}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/plan.py"/>
        <source>The model in {folder} isn't prepared yet. Prepare it first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/plan.py"/>
        <source>{path} can't be read ({value}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/plan.py"/>
        <source>{path} is damaged. Prepare the model again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>shared key/value cache</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>{value} -&gt; {value2} ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>saved optimised {part}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>opens in {value} -&gt; {value2} ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>{title} isn't installed: cardscanner models download {id}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>reading the model's configuration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>a short read takes {value} ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>differs by {off}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>differs by {off}, {timing}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>looking at the decoder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>looking at the vision tower</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>saving</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>{missing} and its companions are missing. Download the model again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>variant int8</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>variant {candidates}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>the only suitable one installed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>variant {variant}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>trying {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>the graph spells attention out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>{path} wants other tiles than the model's processor makes. Download the model again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>full tiles</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>the graph has no place for it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>The prepared model can't be written to {folder} ({value}). Make room and prepare it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>signed 8-bit products can overflow on this processor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>it can't be opened again ({name})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>, but nothing else is installed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/tokenizer_file.py"/>
        <source>{path} can't be read as a tokenizer. {remedy} the model again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/upkeep.py"/>
        <source>it was prepared with ONNX Runtime {runtime}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/upkeep.py"/>
        <source>it was prepared on another processor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/upkeep.py"/>
        <source>it was never prepared</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="vlm/vocabulary.py"/>
        <source>The tokenizer doesn't know {token}: it belongs to another model. Download the model again.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
