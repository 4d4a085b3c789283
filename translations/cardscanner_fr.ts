<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
<context>
    <name>window</name>
    <message>
        <location filename="core/words.py"/>
        <source> and </source>
        <translation> et </translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>Saved {salvaged}. The damaged file is kept as “{kept}”. Start Cardscanner again.</source>
        <translation>{salvaged} récupérés. Le fichier endommagé est conservé sous « {kept} ». Redémarrez Cardscanner.</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>Restored {copies:,} cards of {day}. The damaged file is kept as “{kept}”. Start Cardscanner again.</source>
        <translation>{copies:,} cartes du {day} restaurées. Le fichier endommagé est conservé sous « {kept} ». Redémarrez Cardscanner.</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>Cardscanner (safe mode)</source>
        <translation>Cardscanner (mode sans échec)</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>Open Cardscanner's window.</source>
        <translation>Ouvre la fenêtre de Cardscanner.</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>pictures or folders to scan at once</source>
        <translation>images ou dossiers à scanner aussitôt</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>start live scanning from this camera, video, folder of pictures or stream</source>
        <translation>commencer le scan en direct avec cette caméra, cette vidéo, ce dossier d’images ou ce flux</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>where collection and catalogue are kept</source>
        <translation>où se trouvent la collection et le catalogue</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>start without models, network, pictures of printings, and your settings and layout; collection and catalogue are there</source>
        <translation>démarrer sans modèles, réseau, images des impressions, ni vos réglages et votre disposition ; la collection et le catalogue sont là</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>There is no card catalogue yet.</source>
        <translation>Il n’y a pas encore de catalogue de cartes.</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>Error: {error}</source>
        <translation>Erreur : {error}</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>waiting its turn</source>
        <translation>attend son tour</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>paused</source>
        <translation>en pause</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>done</source>
        <translation>terminé</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>cancelled</source>
        <translation>annulé</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/activity/batches.py"/>
        <source>{n} pictures</source>
        <extracomment>one: {n} picture</extracomment>
        <translation><numerusform>{n} image</numerusform><numerusform>{n} images</numerusform></translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>{ended:,} of {pictures}</source>
        <translation>{ended:,} sur {pictures}</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>{failed:,} couldn't be read</source>
        <translation>{failed:,} illisibles</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>{same:,} the same as another</source>
        <translation>{same:,} identiques à une autre</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>{counted_before:,} scanned before</source>
        <translation>{counted_before:,} déjà scannées</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>{name}: how far it is</source>
        <translation>{name} : où il en est</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Pause: the picture that is being read is finished, the others wait</source>
        <translation>Pause : l’image en cours de lecture est terminée, les autres attendent</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Go on with the rest</source>
        <translation>Reprendre le reste</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Read the {pictures} again that failed</source>
        <translation>Relire ce qui a échoué ({pictures})</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Take all cards of this batch back, out of your collection and Review</source>
        <translation>Retirer toutes les cartes de ce lot, de votre collection et de « Vérifier »</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Cancel what is left; what was recorded stays</source>
        <translation>Annuler le reste ; ce qui est enregistré reste</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Drop a folder of pictures on the scan page, and it is a batch.</source>
        <translation>Déposez un dossier d’images sur la page « Scanner », et c’est un lot.</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Go on</source>
        <translation>Reprendre</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Take back</source>
        <translation>Retirer</translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>Times, caches and curves ▸</source>
        <translation>Durées, caches et courbes ▸</translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>Times, caches and curves ▾</source>
        <translation>Durées, caches et courbes ▾</translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>How long each step took, how often an answer was known before</source>
        <translation>Combien de temps chaque étape a pris, combien de fois une réponse était déjà connue</translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>Batches</source>
        <translation>Lots</translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>What happened to each card</source>
        <translation>Ce qui est arrivé à chaque carte</translation>
    </message>
    <message>
        <location filename="qt/activity/charts.py"/>
        <source>{title}, the last five minutes</source>
        <translation>{title}, les cinq dernières minutes</translation>
    </message>
    <message>
        <location filename="qt/activity/charts.py"/>
        <source>5 minutes ago</source>
        <translation>il y a 5 minutes</translation>
    </message>
    <message>
        <location filename="qt/activity/charts.py"/>
        <source>most {words}</source>
        <translation>au plus {words}</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Time a picture</source>
        <translation>Durée par image</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Cards a minute</source>
        <translation>Cartes par minute</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Memory</source>
        <translation>Mémoire</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Processor</source>
        <translation>Processeur</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Time by step</source>
        <translation>Durée par étape</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Found in caches</source>
        <translation>Trouvé dans les caches</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>in use by Cardscanner</source>
        <translation>utilisés par Cardscanner</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>of all cores</source>
        <translation>de tous les cœurs</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Where the time goes</source>
        <translation>Où passe le temps</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Known before</source>
        <translation>Déjà connu</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Reading model</source>
        <translation>Modèle de lecture</translation>
    </message>
    <message>
        <location filename="qt/activity/log.py"/>
        <source>Decisions, newest first</source>
        <translation>Décisions, les plus récentes d’abord</translation>
    </message>
    <message>
        <location filename="qt/activity/log.py"/>
        <source>Why each answer was given, newest first (Ctrl+C copies)</source>
        <translation>Pourquoi chaque réponse a été donnée, les plus récentes d’abord (Ctrl+C copie)</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Since {fromtimestamp:%H:%M}</source>
        <translation>Depuis {fromtimestamp:%H:%M}</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Since start</source>
        <translation>Depuis le démarrage</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>All time</source>
        <translation>Depuis toujours</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Took back {cards} of this batch</source>
        <translation>{cards} de ce lot retirées</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Nothing has happened yet</source>
        <translation>Rien ne s’est encore passé</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Scan a card, and this page shows how many there were today, how long one took, and why each answer was given.</source>
        <translation>Scannez une carte, et cette page montre combien il y en a eu aujourd’hui, combien de temps une carte a pris, et pourquoi chaque réponse a été donnée.</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Scan some cards</source>
        <translation>Scanner des cartes</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Activity</source>
        <translation>Activité</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Figures since the program was started</source>
        <translation>Chiffres depuis le démarrage du programme</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Figures of all times that it was used</source>
        <translation>Chiffres depuis la première utilisation</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/activity/page.py"/>
        <source>{n} cards</source>
        <extracomment>one: {n} card</extracomment>
        <translation><numerusform>{n} carte</numerusform><numerusform>{n} cartes</numerusform></translation>
    </message>
    <message>
        <location filename="qt/activity/space.py"/>
        <source>collection and photos</source>
        <translation>collection et photos</translation>
    </message>
    <message>
        <location filename="qt/activity/space.py"/>
        <source>other</source>
        <translation>autre</translation>
    </message>
    <message>
        <location filename="qt/activity/space.py"/>
        <source>catalogue</source>
        <translation>catalogue</translation>
    </message>
    <message>
        <location filename="qt/activity/space.py"/>
        <source>backups</source>
        <translation>sauvegardes</translation>
    </message>
    <message>
        <location filename="qt/activity/space.py"/>
        <source>models</source>
        <translation>modèles</translation>
    </message>
    <message>
        <location filename="qt/activity/space.py"/>
        <source>logs</source>
        <translation>journaux</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Step</source>
        <translation>Étape</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>What is done to each picture, in this order</source>
        <translation>Ce qui est fait de chaque image, dans cet ordre</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>By</source>
        <translation>Par</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Who did it</source>
        <translation>Qui l’a fait</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Times</source>
        <translation>Fois</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>How often it was done</source>
        <translation>Combien de fois cela a été fait</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Half of them took less</source>
        <translation>La moitié a pris moins</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>19 of 20 took less</source>
        <translation>19 sur 20 ont pris moins</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>99 of 100 took less</source>
        <translation>99 sur 100 ont pris moins</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Cache</source>
        <translation>Cache</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Where an earlier answer is looked for, in this order</source>
        <translation>Où une réponse antérieure est cherchée, dans cet ordre</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>For the</source>
        <translation>Pour</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>What would be answered again</source>
        <translation>Ce à quoi on répondrait de nouveau</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Asked</source>
        <translation>Demandé</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>How often it was looked for</source>
        <translation>Combien de fois on a cherché</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Found</source>
        <translation>Trouvé</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>How much of it was found</source>
        <translation>Quelle part a été trouvée</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>{percent} of today's cards</source>
        <translation>{percent} des cartes du jour</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>none yet</source>
        <translation>aucune encore</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>{kept:,} in your collection</source>
        <translation>{kept:,} dans votre collection</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>it asks where it isn't sure</source>
        <translation>en cas de doute, il demande</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>it was sure of all of them</source>
        <translation>il était sûr de toutes</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>Cards today</source>
        <translation>Cartes aujourd’hui</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>Cards that were scanned since midnight</source>
        <translation>Cartes scannées depuis minuit</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>Time a card</source>
        <translation>Durée par carte</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>From opening the picture to the last answer, shared among its cards</source>
        <translation>De l’ouverture de l’image à la dernière réponse, réparti sur ses cartes</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>How many of today's cards it wasn't sure of: it asks rather than guesses</source>
        <translation>Pour combien de cartes du jour il y avait un doute : il demande plutôt que de deviner</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>Space used</source>
        <translation>Place occupée</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>What everything in the data folder takes on the disk</source>
        <translation>Ce que tout le dossier de données occupe sur le disque</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>{asked:,} of {cards:,}</source>
        <translation>{asked:,} sur {cards:,}</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>{waiting:,} waiting for you</source>
        <translation>{waiting:,} vous attendent</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>{rejected:,} rejected</source>
        <translation>{rejected:,} écartées</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>since the program was started</source>
        <translation>depuis le démarrage du programme</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>over all time</source>
        <translation>depuis toujours</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>nothing was measured yet</source>
        <translation>rien n’a encore été mesuré</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Whole picture</source>
        <translation>Image entière</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Open the picture</source>
        <translation>Ouvrir l’image</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Search the caches</source>
        <translation>Chercher dans les caches</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Find the cards</source>
        <translation>Trouver les cartes</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Straighten</source>
        <translation>Redresser</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Check what was known</source>
        <translation>Vérifier le connu</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Read the text</source>
        <translation>Lire le texte</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Look it up</source>
        <translation>Chercher au catalogue</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Look ahead</source>
        <translation>Regarder d’avance</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Ask the model</source>
        <translation>Interroger le modèle</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Text recognition</source>
        <translation>Lecture de texte</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Card finder</source>
        <translation>Détecteur de cartes</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Catalogue</source>
        <translation>Catalogue</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>This program</source>
        <translation>Ce programme</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Redis</source>
        <translation>Redis</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Database</source>
        <translation>Base de données</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>same picture</source>
        <translation>même image</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>same card</source>
        <translation>même carte</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{ms:.1f} min</source>
        <translation>{ms:.1f} min</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{seconds:.1f} hours left</source>
        <translation>encore {seconds:.1f} heures</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{cards} from {pictures}</source>
        <translation>{cards} de {pictures}</translation>
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
        <translation>{size:,.0f} Mo</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{size:.1f} GB</source>
        <translation>{size:.1f} Go</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>a few seconds left</source>
        <translation>encore quelques secondes</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{ceil} seconds left</source>
        <translation>encore {ceil} secondes</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{minutes} left</source>
        <translation>encore {minutes}</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>no picture yet</source>
        <translation>pas encore d’image</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>half of all pictures take less</source>
        <translation>la moitié des images prend moins</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{milliseconds} saved, {speculation_adopted:,} of {speculation_adopted2:,} used</source>
        <translation>{milliseconds} gagnées, {speculation_adopted:,} sur {speculation_adopted2:,} utilisées</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>while reading, {words}</source>
        <translation>pendant la lecture, {words}</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Of all answers</source>
        <translation>De toutes les réponses</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Answers that came from a cache, of all answers</source>
        <translation>Réponses venues d’un cache, sur toutes les réponses</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Read ahead</source>
        <translation>Lecture anticipée</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Work that was begun before the card lay still, and the time that it saved</source>
        <translation>Travail commencé avant que la carte soit immobile, et le temps que cela a gagné</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Expected card came</source>
        <translation>Carte attendue venue</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>How often the next card was the one that was expected after the last</source>
        <translation>Combien de fois la carte suivante était celle attendue après la précédente</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Model switches</source>
        <translation>Changements de modèle</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>How often another reading model was loaded in place of the one before</source>
        <translation>Combien de fois un autre modèle de lecture a été chargé à la place du précédent</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Agreed</source>
        <translation>Confirmés</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>It read what the answer says</source>
        <translation>Il a lu ce que dit la réponse</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Added</source>
        <translation>Ajoutée</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>It read what nobody had read before</source>
        <translation>Il a lu ce que personne n’avait lu avant</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Settled</source>
        <translation>Tranchées</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Cards that were unsure without it</source>
        <translation>Cartes incertaines sans lui</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Contradicted</source>
        <translation>Contredits</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>It read something else, and was sure</source>
        <translation>Il a lu autre chose, et en était sûr</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Refused by the control</source>
        <translation>Refusés par le contrôle</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>It confirmed what was expected, but does so on a blank card too</source>
        <translation>Il a confirmé ce qui était attendu, mais le fait aussi sur une carte vide</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Cards that a model has read too</source>
        <translation>Cartes qu’un modèle a lues aussi</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Looked at ahead</source>
        <translation>Regardées d’avance</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Pictures that the model knew already when it began to read</source>
        <translation>Images que le modèle connaissait déjà en commençant à lire</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Threads</source>
        <translation>Fils d’exécution</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>How the model uses this computer: see Reading models</source>
        <translation>Comment le modèle utilise cet ordinateur : voir Modèles de lecture</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>memory locked</source>
        <translation>mémoire verrouillée</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/activity/words.py"/>
        <source>{n} minutes</source>
        <extracomment>one: {n} minute</extracomment>
        <translation><numerusform>{n} minute</numerusform><numerusform>{n} minutes</numerusform></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source> (limit {megabytes})</source>
        <translation> (limite {megabytes})</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>memory not locked{limit}</source>
        <translation>mémoire non verrouillée{limit}</translation>
    </message>
    <message>
        <location filename="qt/card/asked.py"/>
        <source>{name}: which of {in_words}?</source>
        <translation>{name} : lequel des {in_words} ?</translation>
    </message>
    <message>
        <location filename="qt/card/asked.py"/>
        <source>{name}: is it this one?</source>
        <translation>{name} : est-ce celui-ci ?</translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>Read by</source>
        <translation>Lue par</translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>Set code {code}</source>
        <translation>Code d’extension {code}</translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>Number {number}</source>
        <translation>Numéro {number}</translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>Reading…</source>
        <translation>Lecture…</translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>No name read</source>
        <translation>Aucun nom lu</translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>Set not settled</source>
        <translation>Extension pas encore sûre</translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>No number read</source>
        <translation>Aucun numéro lu</translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>{text} (not sure)</source>
        <translation>{text} (pas sûr)</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>not sure, Y confirms</source>
        <translation>pas sûr, Y confirme</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>suggested, Y confirms</source>
        <translation>proposé, Y confirme</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>Finish</source>
        <translation>Finition</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>The printing exists in more than one finish, and the picture doesn't tell for sure.
Confirm that this one is right (Y), or choose another.</source>
        <translation>L’impression existe en plus d’une finition, et l’image ne le dit pas avec certitude.
Confirmez que celle-ci est la bonne (Y), ou choisissez-en une autre.</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>The printing exists in several languages, and the picture doesn't tell which.
Confirm that this one is right (Y), or choose another.</source>
        <translation>Cette impression existe en plusieurs langues, et l’image ne dit pas laquelle.
Confirmez celle-ci (Y) ou choisissez-en une autre.</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>Condition</source>
        <translation>État</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>Language</source>
        <translation>Langue</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>Copies</source>
        <translation>Exemplaires</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>Note</source>
        <translation>Note</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>Signed, from a trade, in the red binder…</source>
        <translation>Signée, d’un échange, dans le classeur rouge…</translation>
    </message>
    <message>
        <location filename="qt/card/other_match.py"/>
        <source>Type a code or a name: PAL 12</source>
        <translation>Tapez un code ou un nom : PAL 12</translation>
    </message>
    <message>
        <location filename="qt/card/other_match.py"/>
        <source>Search the catalogue</source>
        <translation>Chercher dans le catalogue</translation>
    </message>
    <message>
        <location filename="qt/card/other_match.py"/>
        <source>Printings found</source>
        <translation>Impressions trouvées</translation>
    </message>
    <message>
        <location filename="qt/card/other_match.py"/>
        <source>Nothing in the catalogue fits “{text}”</source>
        <translation>Rien au catalogue ne correspond à « {text} »</translation>
    </message>
    <message>
        <location filename="qt/card/other_match_dialog.py"/>
        <source>Other match</source>
        <translation>Autre correspondance</translation>
    </message>
    <message>
        <location filename="qt/card/other_match_dialog.py"/>
        <source>Which printing is it?</source>
        <translation>Quelle impression est-ce ?</translation>
    </message>
    <message>
        <location filename="qt/card/other_match_dialog.py"/>
        <source>Use this one</source>
        <translation>Prendre celle-ci</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Tags</source>
        <translation>Étiquettes</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>for trade, signed</source>
        <translation>à échanger, signée</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Folder or binder</source>
        <translation>Dossier ou classeur</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Red binder</source>
        <translation>Classeur rouge</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Position</source>
        <translation>Position</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>page 3, 4</source>
        <translation>page 3, 4</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Price paid</source>
        <translation>Prix payé</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Currency</source>
        <translation>Monnaie</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Bought on</source>
        <translation>Achetée le</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Graded by</source>
        <translation>Gradée par</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Grade</source>
        <translation>Note de gradation</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Certificate</source>
        <translation>Certificat</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Stamp or pattern</source>
        <translation>Tampon ou motif</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>staff, Poké Ball</source>
        <translation>staff, Poké Ball</translation>
    </message>
    <message>
        <location filename="qt/card/own_values.py"/>
        <source>“{typed}” is no price: write 12.50.</source>
        <translation>« {typed} » n’est pas un prix : écrivez 12.50.</translation>
    </message>
    <message>
        <location filename="qt/card/own_values.py"/>
        <source>“{typed}” is no date: write 2025-03-14.</source>
        <translation>« {typed} » n’est pas une date : écrivez 2025-03-14.</translation>
    </message>
    <message>
        <location filename="qt/card/picture_view.py"/>
        <source>Picture</source>
        <translation>Image</translation>
    </message>
    <message>
        <location filename="qt/card/read_by.py"/>
        <source>Known from before</source>
        <translation>Connue d’avant</translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>Closer</source>
        <translation>Plus près</translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>Ctrl++, or the wheel</source>
        <translation>Ctrl++, ou la molette</translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>Further away</source>
        <translation>Plus loin</translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>Ctrl+−, or the wheel</source>
        <translation>Ctrl+−, ou la molette</translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>All of it</source>
        <translation>Entière</translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>Ctrl+0, or a double click</source>
        <translation>Ctrl+0, ou un double clic</translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>Turn</source>
        <translation>Tourner</translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>{name}: picture</source>
        <translation>{name} : image</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>Add cards</source>
        <translation>Ajouter des cartes</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>List of cards</source>
        <translation>Liste de cartes</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>One card a line, such as
PAL 12 x2
3 Sprigatito SVI 13</source>
        <translation>Une carte par ligne, comme
PAL 12 x2
3 Sprigatito SVI 13</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>What the lines mean</source>
        <translation>Ce que les lignes veulent dire</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>Add</source>
        <translation>Ajouter</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>You wrote</source>
        <translation>Vous avez écrit</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>Card</source>
        <translation>Carte</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>1 to {most:,} copies, please</source>
        <translation>de 1 à {most:,} exemplaires, s’il vous plaît</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>Add {cards}</source>
        <translation>Ajouter {cards}</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>{lines} without a card: they are left out.</source>
        <translation>{lines} sans carte : elles sont laissées de côté.</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>Which one?</source>
        <translation>Laquelle ?</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/collection/add_dialog.py"/>
        <source>{n} lines</source>
        <extracomment>one: {n} line</extracomment>
        <translation><numerusform>{n} ligne</numerusform><numerusform>{n} lignes</numerusform></translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>Not found</source>
        <translation>Introuvable</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>copies</source>
        <translation>exemplaires</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>price</source>
        <translation>prix</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>currency</source>
        <translation>monnaie</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>bought on</source>
        <translation>achetée le</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>card</source>
        <translation>carte</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>finish confirmed</source>
        <translation>finition confirmée</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>language confirmed</source>
        <translation>langue confirmée</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>finish</source>
        <translation>finition</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>language</source>
        <translation>langue</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>position</source>
        <translation>position</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>graded by</source>
        <translation>gradée par</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>certificate</source>
        <translation>certificat</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>line {field}</source>
        <translation>ligne {field}</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>Changes</source>
        <translation>Modifications</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>What was done to your collection, the last first. Edit → Undo takes back what was done since the program started.</source>
        <translation>Ce qui a été fait à votre collection, le dernier d’abord. Édition → Annuler revient sur ce qui a été fait depuis le démarrage du programme.</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>Nothing was changed yet.</source>
        <translation>Rien n’a encore été modifié.</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>When</source>
        <translation>Quand</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>What</source>
        <translation>Quoi</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>Where</source>
        <translation>Où</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>Scans</source>
        <translation>Scans</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Set</source>
        <translation>Extension</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Number</source>
        <translation>Numéro</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Rarity</source>
        <translation>Rareté</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Code</source>
        <translation>Code</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Folder</source>
        <translation>Dossier</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Price</source>
        <translation>Prix</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Bought</source>
        <translation>Achetée</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Stamp</source>
        <translation>Tampon</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>Trash</source>
        <translation>Corbeille</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>The last ones first. What was deleted stays here for 30 days.</source>
        <translation>Les dernières d’abord. Ce qui a été supprimé reste ici 30 jours.</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>Put back</source>
        <translation>Remettre</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>The Trash is empty.</source>
        <translation>La corbeille est vide.</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>{set_line} · {number_line} · deleted {words}</source>
        <translation>{set_line} · {number_line} · supprimée {words}</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>{lines} back in your collection</source>
        <translation>{lines} de nouveau dans votre collection</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>Delete {lines} of your collection?</source>
        <translation>Supprimer {lines} de votre collection ?</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>They stay in the Trash for 30 days.</source>
        <translation>Elles restent 30 jours dans la corbeille.</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>Delete {lines:,}</source>
        <translation>Supprimer {lines:,}</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source> (not sure)</source>
        <translation> (pas sûr)</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Scans of this card</source>
        <translation>Scans de cette carte</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Card details</source>
        <translation>Détails de la carte</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Other printings</source>
        <translation>Autres impressions</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Facts</source>
        <translation>Faits</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Scans ({scans})</source>
        <translation>Scans ({scans})</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Other printings ({printings})</source>
        <translation>Autres impressions ({printings})</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>No picture</source>
        <translation>Pas d’image</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>you have {copies}</source>
        <translation>vous en avez {copies}</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>not in your collection</source>
        <translation>pas dans votre collection</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Paid</source>
        <translation>Payée</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Graded</source>
        <translation>Gradée</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Why</source>
        <translation>Pourquoi</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>From</source>
        <translation>De</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Series</source>
        <translation>Série</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Exists as</source>
        <translation>Existe en</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Names</source>
        <translation>Noms</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Id</source>
        <translation>Identifiant</translation>
    </message>
    <message>
        <location filename="qt/collection/dialogs.py"/>
        <source>{lines} of your collection: {label}</source>
        <translation>{lines} de votre collection : {label}</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>{lines} to write</source>
        <translation>{lines} à écrire</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Wrote {lines} to {name}</source>
        <translation>{lines} écrites dans {name}</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Export</source>
        <translation>Exporter</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>The whole collection</source>
        <translation>Toute la collection</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>What the search “{text}” found</source>
        <translation>Ce que la recherche « {text} » a trouvé</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>File</source>
        <translation>Fichier</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Choose…</source>
        <translation>Choisir…</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Choose the file to write</source>
        <translation>Choisir le fichier à écrire</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>The first rows of the file</source>
        <translation>Les premières lignes du fichier</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>What was left out, and why</source>
        <translation>Ce qui a été laissé de côté, et pourquoi</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Export your collection</source>
        <translation>Exporter votre collection</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Export a session</source>
        <translation>Exporter une session</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Writing…</source>
        <translation>Écriture…</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Looking at the cards…</source>
        <translation>Examen des cartes…</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>; {cards} left out:</source>
        <translation> ; {cards} laissées de côté :</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Export to</source>
        <translation>Exporter vers</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>CSV files (*.csv)</source>
        <translation>Fichiers CSV (*.csv)</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Only what is selected ({lines})</source>
        <translation>Seulement la sélection ({lines})</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Only what is selected</source>
        <translation>Seulement la sélection</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Cards</source>
        <translation>Cartes</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Say which file to write</source>
        <translation>Dites quel fichier écrire</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>{name} is there already: press again to replace it</source>
        <translation>{name} existe déjà : appuyez encore pour le remplacer</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>; not all that you noted of them:</source>
        <translation>; pas tout ce que vous en avez noté :</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>{part}: no place for it, {lines}</source>
        <translation>{part} : pas de place pour cela, {lines}</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>… and {left_out:,} more</source>
        <translation>… et {left_out:,} autres</translation>
    </message>
    <message>
        <location filename="qt/collection/grid_view.py"/>
        <source>Collection</source>
        <translation>Collection</translation>
    </message>
    <message>
        <location filename="qt/collection/group_headings.py"/>
        <source> in {lines}</source>
        <translation> en {lines}</translation>
    </message>
    <message>
        <location filename="qt/collection/group_headings.py"/>
        <source>In no folder</source>
        <translation>Dans aucun dossier</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>The same file was imported before, and its cards are in your collection. Importing it again counts them once more.</source>
        <translation>Le même fichier a déjà été importé, et ses cartes sont dans votre collection. L’importer encore les compte une fois de plus.</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Line</source>
        <translation>Ligne</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>{title}: {rows} to add</source>
        <translation>{title} : {rows} à ajouter</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Imported {cards} from {name}</source>
        <translation>{cards} importées de {name}</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Import</source>
        <translation>Importer</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>A CSV file of another program, or one of your exports</source>
        <translation>Un fichier CSV d’un autre programme, ou un de vos exports</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Choose the file to read</source>
        <translation>Choisir le fichier à lire</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>As its columns say</source>
        <translation>Comme ses colonnes le disent</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Cards that would be added</source>
        <translation>Cartes qui seraient ajoutées</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Rows that wait for you, and why</source>
        <translation>Lignes qui vous attendent, et pourquoi</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Import cards</source>
        <translation>Importer des cartes</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Waiting in Review after the import</source>
        <translation>Attend dans « Vérifier » après l’import</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Looking into it…</source>
        <translation>Examen…</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Importing…</source>
        <translation>Import…</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Import from</source>
        <translation>Importer de</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Tables (*.csv *.tsv *.txt);;All files (*)</source>
        <translation>Tables (*.csv *.tsv *.txt);;Tous les fichiers (*)</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Choose a file to see what it would bring</source>
        <translation>Choisissez un fichier pour voir ce qu’il apporterait</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>, {waiting:,} for Review</source>
        <translation>, {waiting:,} à vérifier</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>, {none:,} without copies</source>
        <translation>, {none:,} sans exemplaire</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>; {waiting:,} wait in Review</source>
        <translation> ; {waiting:,} attendent dans « Vérifier »</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Nothing was imported</source>
        <translation>Rien n’a été importé</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Written by</source>
        <translation>Écrit par</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Looking into it: {rows:,} rows so far…</source>
        <translation>Examen : {rows:,} lignes jusqu’ici…</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/collection/import_dialog.py"/>
        <source>{n} rows</source>
        <extracomment>one: {n} row</extracomment>
        <translation><numerusform>{n} ligne</numerusform><numerusform>{n} lignes</numerusform></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>… and {more:,} more</source>
        <translation>… et {more:,} autres</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Import once more</source>
        <translation>Importer encore une fois</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Other match…</source>
        <translation>Autre…</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>This is another printing (M)</source>
        <translation>C’est une autre impression (M)</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Details…</source>
        <translation>Détails…</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>All that is known of this card (Enter)</source>
        <translation>Tout ce qui est connu de cette carte (Entrée)</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Delete from the collection (Del)</source>
        <translation>Supprimer de la collection (Suppr)</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>−1 each</source>
        <translation>−1 chacune</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Take one copy from each selected line; one is always left</source>
        <translation>Retirer un exemplaire de chaque ligne choisie ; il en reste toujours un</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>+1 each</source>
        <translation>+1 chacune</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Add one copy to each selected line</source>
        <translation>Ajouter un exemplaire à chaque ligne choisie</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Delete {number:,}</source>
        <translation>Supprimer {number:,}</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>{entries} selected</source>
        <translation>{entries} choisies</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Select a card to see it here</source>
        <translation>Choisissez une carte pour la voir ici</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>What you change here changes in all of them.</source>
        <translation>Ce que vous changez ici change dans toutes.</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/collection/inspector.py"/>
        <source>{n} entries</source>
        <extracomment>one: {n} entry</extracomment>
        <translation><numerusform>{n} entrée</numerusform><numerusform>{n} entrées</numerusform></translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Export…</source>
        <translation>Exporter…</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Your collection is empty</source>
        <translation>Votre collection est vide</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Cards you keep are listed here, to sort, search, edit and export.</source>
        <translation>Les cartes que vous gardez sont ici, à trier, chercher, modifier et exporter.</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Nothing found</source>
        <translation>Rien trouvé</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Clear the search</source>
        <translation>Effacer la recherche</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Add…</source>
        <translation>Ajouter…</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Write cards to a file for another program (Ctrl+E)</source>
        <translation>Écrire des cartes dans un fichier pour un autre programme (Ctrl+E)</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Add cards by hand, or a list of their numbers</source>
        <translation>Ajouter des cartes à la main, ou une liste de leurs numéros</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>The selected card</source>
        <translation>La carte choisie</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>No card in your collection fits “{text}”.</source>
        <translation>Aucune carte de votre collection ne correspond à « {text} ».</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Lines that became the same are one line now</source>
        <translation>Les lignes devenues identiques n’en font plus qu’une</translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>Put into folder…</source>
        <translation>Mettre dans un dossier…</translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>Copy as text</source>
        <translation>Copier comme texte</translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>Folder or binder:</source>
        <translation>Dossier ou classeur :</translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>Tag:</source>
        <translation>Étiquette :</translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>One copy more each</source>
        <translation>Un exemplaire de plus chacune</translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>One copy less each</source>
        <translation>Un exemplaire de moins chacune</translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>Add a tag…</source>
        <translation>Ajouter une étiquette…</translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>Take off “{tag}”</source>
        <translation>Enlever « {tag} »</translation>
    </message>
    <message>
        <location filename="qt/collection/search_field.py"/>
        <source>Search the collection (Ctrl+F)

char  or  “PAL 12”: words anywhere
set:PAL  rarity:rare  finish:reverse  lang:ja
qty&gt;1  number:1..20  condition&gt;=EX  grade&gt;=9  price&lt;5
tag:"for trade"  folder:red  -tag:*  has:photo
added:today  added:30d  bought:2025-03</source>
        <translation>Chercher dans la collection (Ctrl+F)

char  ou  “PAL 12” : mots n’importe où
set:PAL  rarity:rare  finish:reverse  lang:ja
qty&gt;1  number:1..20  condition&gt;=EX  grade&gt;=9  price&lt;5
tag:"for trade"  folder:red  -tag:*  has:photo
added:today  added:30d  bought:2025-03</translation>
    </message>
    <message>
        <location filename="qt/collection/search_field.py"/>
        <source>Search: name, set, number, set:PAL qty&gt;1 …</source>
        <translation>Chercher : nom, extension, numéro, set:PAL qty&gt;1 …</translation>
    </message>
    <message>
        <location filename="qt/collection/search_field.py"/>
        <source>Search the collection</source>
        <translation>Chercher dans la collection</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Filters</source>
        <translation>Filtres</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Searches that you saved</source>
        <translation>Recherches que vous avez enregistrées</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Save this search…</source>
        <translation>Enregistrer cette recherche…</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Save this search</source>
        <translation>Enregistrer cette recherche</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Name:</source>
        <translation>Nom :</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>One line for each card</source>
        <translation>Une ligne pour chaque carte</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Your photos of the cards</source>
        <translation>Vos photos des cartes</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Forget</source>
        <translation>Oublier</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Table</source>
        <translation>Tableau</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Photos</source>
        <translation>Photos</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>No filter is saved yet</source>
        <translation>Aucun filtre enregistré</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Values</source>
        <translation>Valeurs</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Show what cards are worth</source>
        <translation>Montrer ce que valent les cartes</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Marketplace</source>
        <translation>Place de marché</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Totals</source>
        <translation>Totaux</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Ask for prices now</source>
        <translation>Demander les prix maintenant</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>By set</source>
        <translation>Par extension</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>By folder</source>
        <translation>Par dossier</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Worth</source>
        <translation>Valeur</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Over time</source>
        <translation>Dans le temps</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>No price is known yet</source>
        <translation>Aucun prix connu pour l’instant</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>{copies:,} of {cards} have a price at {currenttext}; the oldest is of {day}. Stamped and graded cards are left out: the price of the plain card isn't theirs.</source>
        <translation>{copies:,} sur {cards} ont un prix chez {currenttext} ; le plus ancien est du {day}. Les cartes tamponnées et gradées sont laissées de côté : le prix de la carte simple n’est pas le leur.</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>The curve begins with the second day on which prices came.</source>
        <translation>La courbe commence au deuxième jour où des prix sont venus.</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>What the collection was worth, day by day</source>
        <translation>Ce que valait la collection, jour après jour</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Nothing is asked for while the settings say to stay offline.</source>
        <translation>Rien n’est demandé tant que les réglages disent de rester hors ligne.</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Asking for prices: {cards} so far…</source>
        <translation>Demande des prix : {cards} jusqu’ici…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;File</source>
        <translation>&amp;Fichier</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Open pictures…</source>
        <translation>&amp;Ouvrir des images…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Open &amp;folder…</source>
        <translation>Ouvrir un &amp;dossier…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Watch a folder…</source>
        <translation>&amp;Surveiller un dossier…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Import…</source>
        <translation>&amp;Importer…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Export…</source>
        <translation>&amp;Exporter…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Back up…</source>
        <translation>Sau&amp;vegarder…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Restore a backup…</source>
        <translation>&amp;Restaurer une sauvegarde…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Settings…</source>
        <translation>Ré&amp;glages…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Reading &amp;models…</source>
        <translation>&amp;Modèles de lecture…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Quit</source>
        <translation>&amp;Quitter</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Edit</source>
        <translation>É&amp;dition</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Undo</source>
        <translation>&amp;Annuler</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Redo</source>
        <translation>&amp;Rétablir</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Find</source>
        <translation>&amp;Chercher</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Select &amp;all</source>
        <translation>&amp;Tout sélectionner</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Delete</source>
        <translation>&amp;Supprimer</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Trash…</source>
        <translation>Cor&amp;beille…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Add cards…</source>
        <translation>Ajo&amp;uter des cartes…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Changes…</source>
        <translation>&amp;Modifications…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Card</source>
        <translation>&amp;Carte</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Keep</source>
        <translation>&amp;Garder</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Keep &amp;all that ask the same</source>
        <translation>Garder t&amp;outes celles de même question</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Re&amp;ject</source>
        <translation>É&amp;carter</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Other &amp;match…</source>
        <translation>Autre &amp;correspondance…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Later</source>
        <translation>&amp;Plus tard</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Finish and language are right</source>
        <translation>&amp;Finition et langue sont justes</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Stop scanning</source>
        <translation>Arrêter le &amp;scan</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Pa&amp;use the batch</source>
        <translation>Mettre le lot en pa&amp;use</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Go on with the batch</source>
        <translation>&amp;Reprendre le lot</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Rejected &amp;cards…</source>
        <translation>Cartes é&amp;cartées…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Pictures that couldn't be read…</source>
        <translation>&amp;Images illisibles…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;View</source>
        <translation>&amp;Affichage</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Picture c&amp;loser</source>
        <translation>Image p&amp;lus près</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Picture f&amp;urther away</source>
        <translation>Image plus l&amp;oin</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Whole picture</source>
        <translation>Image &amp;entière</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Turn the picture</source>
        <translation>&amp;Tourner l’image</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Values…</source>
        <translation>&amp;Valeurs…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>C&amp;atalogue</source>
        <translation>C&amp;atalogue</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Update the card catalogue</source>
        <translation>&amp;Mettre à jour le catalogue</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Stop the update</source>
        <translation>Arrêter la mise à &amp;jour</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Match waiting cards again</source>
        <translation>Associer à &amp;nouveau les cartes en attente</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Fetch pictures of the printings…</source>
        <translation>&amp;Télécharger les images des impressions…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Help</source>
        <translation>A&amp;ide</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Guide</source>
        <translation>&amp;Guide</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Keys</source>
        <translation>&amp;Touches</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Welcome…</source>
        <translation>&amp;Bienvenue…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;About Cardscanner</source>
        <translation>À &amp;propos de Cardscanner</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Mark candidate &amp;{number}</source>
        <translation>Marquer la proposition &amp;{number}</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Live</source>
        <translation>&amp;Direct</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>C&amp;olours</source>
        <translation>C&amp;ouleurs</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>As the s&amp;ystem</source>
        <translation>Comme le s&amp;ystème</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Light</source>
        <translation>C&amp;lair</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Dark</source>
        <translation>S&amp;ombre</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Scan</source>
        <translation>&amp;Scanner</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Review</source>
        <translation>&amp;Vérifier</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Collection</source>
        <translation>&amp;Collection</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>S&amp;ets</source>
        <translation>E&amp;xtensions</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Activity</source>
        <translation>&amp;Activité</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>Scan &amp;live</source>
        <translation>Scanner en &amp;direct</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>&amp;Pause</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>&amp;Capture now</source>
        <translation>&amp;Capturer maintenant</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>&amp;Take the last card back</source>
        <translation>&amp;Retirer la dernière carte</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>Count another c&amp;opy</source>
        <translation>Compter un autre e&amp;xemplaire</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>Next &amp;finish</source>
        <translation>&amp;Finition suivante</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>&amp;End the session</source>
        <translation>&amp;Terminer la session</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>&amp;Discard the session</source>
        <translation>&amp;Abandonner la session</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>&amp;Sessions…</source>
        <translation>&amp;Sessions…</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>Capture by &amp;itself</source>
        <translation>Capturer tout s&amp;eul</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>S&amp;ounds</source>
        <translation>S&amp;ons</translation>
    </message>
    <message>
        <location filename="qt/frame/notice.py"/>
        <source>Notice</source>
        <translation>Avis</translation>
    </message>
    <message>
        <location filename="qt/frame/notice.py"/>
        <source>Close this notice</source>
        <translation>Fermer cet avis</translation>
    </message>
    <message>
        <location filename="qt/frame/notice.py"/>
        <source>{covered} more</source>
        <translation>{covered} autres</translation>
    </message>
    <message>
        <location filename="qt/frame/pages.py"/>
        <source>Scan</source>
        <translation>Scanner</translation>
    </message>
    <message>
        <location filename="qt/frame/pages.py"/>
        <source>Review</source>
        <translation>Vérifier</translation>
    </message>
    <message>
        <location filename="qt/frame/pages.py"/>
        <source>Sets</source>
        <translation>Extensions</translation>
    </message>
    <message>
        <location filename="qt/frame/panes.py"/>
        <source>Show: {title}</source>
        <translation>Montrer : {title}</translation>
    </message>
    <message>
        <location filename="qt/frame/rail.py"/>
        <source>, {number} waiting</source>
        <translation>, {number} en attente</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Finish of new cards, where the picture doesn't tell</source>
        <translation>Finition des nouvelles cartes, quand l’image ne le dit pas</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Condition of new cards</source>
        <translation>État des nouvelles cartes</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Language of new cards, where the picture doesn't tell</source>
        <translation>Langue des nouvelles cartes, quand l’image ne le dit pas</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Box or note</source>
        <translation>Boîte ou note</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Note of new cards</source>
        <translation>Note des nouvelles cartes</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Goes into the note of each new card, such as the box you put it in</source>
        <translation>Va dans la note de chaque nouvelle carte, comme la boîte où vous la mettez</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Auto</source>
        <translation>Auto</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Capture cards by itself</source>
        <translation>Capturer les cartes tout seul</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Read each card as soon as it lies still; without, Space reads it</source>
        <translation>Lit chaque carte dès qu’elle est immobile ; sinon Espace la lit</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Sounds</source>
        <translation>Sons</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>A click for each card, two tones for a doubt</source>
        <translation>Un clic pour chaque carte, deux sons pour un doute</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>New cards</source>
        <translation>Nouvelles cartes</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Session</source>
        <translation>Session</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Go on with this session (Ctrl+L)</source>
        <translation>Reprendre cette session (Ctrl+L)</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>End session</source>
        <translation>Terminer la session</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Put its cards into the collection (Ctrl+Return)</source>
        <translation>Mettre ses cartes dans la collection (Ctrl+Entrée)</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Discard</source>
        <translation>Abandonner</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Keep nothing of this session</source>
        <translation>Ne rien garder de cette session</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source> · not in your collection yet</source>
        <translation> · pas encore dans votre collection</translation>
    </message>
    <message>
        <location filename="qt/live/control.py"/>
        <source>Stop &amp;live scanning</source>
        <translation>Arrêter le scan en &amp;direct</translation>
    </message>
    <message>
        <location filename="qt/live/control.py"/>
        <source>Go &amp;on</source>
        <translation>&amp;Reprendre</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Videos (*.mp4 *.mov *.mkv *.avi *.webm *.m4v *.mpg);;All files (*)</source>
        <translation>Vidéos (*.mp4 *.mov *.mkv *.avi *.webm *.m4v *.mpg);;Tous les fichiers (*)</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;None</source>
        <translation>&amp;Aucune</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>A quarter to the &amp;right</source>
        <translation>Un quart vers la &amp;droite</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Upside down</source>
        <translation>À l’&amp;envers</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>A quarter to the &amp;left</source>
        <translation>Un quart vers la &amp;gauche</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Automatic</source>
        <translation>&amp;Automatique</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>1/30 second</source>
        <translation>1/30 seconde</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>1/60 second</source>
        <translation>1/60 seconde</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>1/125 second</source>
        <translation>1/125 seconde</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>1/250 second</source>
        <translation>1/250 seconde</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>As the &amp;camera likes</source>
        <translation>Au gré de la &amp;caméra</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>C&amp;amera</source>
        <translation>C&amp;améra</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Looking for cameras…</source>
        <translation>Recherche de caméras…</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Video file…</source>
        <translation>Fichier &amp;vidéo…</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Folder of pictures…</source>
        <translation>&amp;Dossier d’images…</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Network camera…</source>
        <translation>Caméra &amp;réseau…</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Mirrored picture</source>
        <translation>Image en &amp;miroir</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Resolution</source>
        <translation>Réso&amp;lution</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Exposure</source>
        <translation>&amp;Exposition</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Video file</source>
        <translation>Fichier vidéo</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Folder of pictures</source>
        <translation>Dossier d’images</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Address of the stream (rtsp://… or http://…):</source>
        <translation>Adresse du flux (rtsp://… ou http://…) :</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>The user and password of this camera are not kept on this system. Write them into its address, as in rtsp://user:password@camera/stream:</source>
        <translation>L’utilisateur et le mot de passe de cette caméra ne sont pas conservés sur ce système. Écrivez-les dans son adresse, comme dans rtsp://user:password@camera/stream :</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Network camera</source>
        <translation>Caméra réseau</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>No camera is plugged in</source>
        <translation>Aucune caméra n’est branchée</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Several cameras are plugged in: choose one under Camera.</source>
        <translation>Plusieurs caméras sont branchées : choisissez-en une sous « Caméra ».</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>No camera is plugged in. Plug one in, or choose a video or a network camera under Camera.</source>
        <translation>Aucune caméra n’est branchée. Branchez-en une, ou choisissez une vidéo ou une caméra réseau sous « Caméra ».</translation>
    </message>
    <message>
        <location filename="qt/live/notices.py"/>
        <source>Kept {cards} of this session</source>
        <translation>{cards} de cette session gardées</translation>
    </message>
    <message>
        <location filename="qt/live/notices.py"/>
        <source>Took the last card back</source>
        <translation>Dernière carte retirée</translation>
    </message>
    <message>
        <location filename="qt/live/notices.py"/>
        <source>; {unsure:,} to review</source>
        <translation> ; {unsure:,} à vérifier</translation>
    </message>
    <message>
        <location filename="qt/live/notices.py"/>
        <source>Discarded the session with {cards}</source>
        <translation>Session de {cards} abandonnée</translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Camera</source>
        <translation>Caméra</translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Choose a camera, a video or a stream, and how it is taken</source>
        <translation>Choisir une caméra, une vidéo ou un flux, et comment l’image est prise</translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Scan live</source>
        <translation>Scan en direct</translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Scan cards one after the other under a camera (Ctrl+L)</source>
        <translation>Scanner les cartes l’une après l’autre sous une caméra (Ctrl+L)</translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Let go of the camera; the session waits (Ctrl+L)</source>
        <translation>Libérer la caméra ; la session attend (Ctrl+L)</translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Read no cards for a while (P)</source>
        <translation>Ne pas lire de cartes un moment (P)</translation>
    </message>
    <message>
        <location filename="qt/live/scan.py"/>
        <source>Nothing was captured: there is no card under the camera.</source>
        <translation>Rien n’a été capturé : il n’y a pas de carte sous la caméra.</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Started</source>
        <translation>Commencée</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Unsure</source>
        <translation>Pas sûres</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Sessions</source>
        <translation>Sessions</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Cards of the session</source>
        <translation>Cartes de la session</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Put its cards into the collection</source>
        <translation>Mettre ses cartes dans la collection</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Take all its cards back, out of your collection and Review</source>
        <translation>Retirer toutes ses cartes, de votre collection et de « Vérifier »</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Write the cards of this session to a file</source>
        <translation>Écrire les cartes de cette session dans un fichier</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Took back {cards} of this session</source>
        <translation>{cards} de cette session retirées</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source> · {copies} copies</source>
        <translation> · {copies} exemplaires</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>No session yet: start one with Live → Scan live</source>
        <translation>Pas encore de session : commencez-en une avec Direct → Scanner en direct</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>This session</source>
        <translation>Cette session</translation>
    </message>
    <message>
        <location filename="qt/live/view.py"/>
        <source>Live picture</source>
        <translation>Image en direct</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Lay a card down</source>
        <translation>Posez une carte</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Let it lie still</source>
        <translation>Laissez-la immobile</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Too blurred: more light, or move the camera</source>
        <translation>Trop flou : plus de lumière, ou déplacez la caméra</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Got it. Lay down the next</source>
        <translation>C’est bon. Posez la suivante</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>It waits in Review. Lay down the next</source>
        <translation>Elle attend dans « Vérifier ». Posez la suivante</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Paused</source>
        <translation>En pause</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Press Space to read this card</source>
        <translation>Appuyez sur Espace pour lire cette carte</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Moving</source>
        <translation>En mouvement</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Blurred</source>
        <translation>Floue</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Reading</source>
        <translation>Lecture</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Identified</source>
        <translation>Identifiée</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Not sure</source>
        <translation>Pas sûr</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Not readable</source>
        <translation>Illisible</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Allow it in System Settings → Privacy &amp; Security → Camera.</source>
        <translation>Autorisez-la dans Réglages Système → Confidentialité et sécurité → Appareil photo.</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Allow it in Settings → Privacy → Camera, for desktop apps.</source>
        <translation>Autorisez-la dans Paramètres → Confidentialité → Caméra, pour les applications de bureau.</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Your user needs access to the video device: often that is the group “video”.</source>
        <translation>Votre utilisateur doit avoir accès au périphérique vidéo : c’est souvent le groupe « video ».</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Unfinished</source>
        <translation>Inachevée</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Kept</source>
        <translation>Gardée</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Discarded</source>
        <translation>Abandonnée</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>{cards} this session</source>
        <translation>{cards} dans cette session</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Connecting to {name}…</source>
        <translation>Connexion à {name}…</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>This can take some seconds.</source>
        <translation>Cela peut prendre quelques secondes.</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>{name} is gone</source>
        <translation>{name} n’est plus là</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Plug it in again, or check its cable or network. Scanning goes on by itself, and no card is lost.</source>
        <translation>Rebranchez-la, ou vérifiez son câble ou le réseau. Le scan reprend tout seul, et aucune carte n’est perdue.</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Another program uses {name}</source>
        <translation>Un autre programme utilise {name}</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Close that program, perhaps a video call. Scanning starts by itself.</source>
        <translation>Fermez ce programme, peut-être un appel vidéo. Le scan commence tout seul.</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>The system doesn't let Cardscanner use the camera</source>
        <translation>Le système n’autorise pas Cardscanner à utiliser la caméra</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>The picture is black</source>
        <translation>L’image est noire</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Open the camera's shutter, take off its cap, or switch on a light.</source>
        <translation>Ouvrez l’obturateur de la caméra, enlevez son cache, ou allumez une lampe.</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>The picture stands still</source>
        <translation>L’image est figée</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>If it doesn't come back by itself, unplug the camera and plug it in again.</source>
        <translation>Si elle ne revient pas toute seule, débranchez la caméra et rebranchez-la.</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Few pictures a second</source>
        <translation>Peu d’images par seconde</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>More light, a lower resolution or another USB port make the camera faster.</source>
        <translation>Plus de lumière, une résolution plus basse ou un autre port USB rendent la caméra plus rapide.</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>{name} has ended</source>
        <translation>{name} est terminé</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>End the session, or choose another source.</source>
        <translation>Terminez la session, ou choisissez une autre source.</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>{per_minute:.0f} a minute</source>
        <translation>{per_minute:.0f} par minute</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>{unsure:,} to review</source>
        <translation>{unsure:,} à vérifier</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source> Scanning then starts by itself.</source>
        <translation> Le scan commence alors tout seul.</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/live/words.py"/>
        <source>{n} copies</source>
        <extracomment>one: {n} copy</extracomment>
        <translation><numerusform>{n} exemplaire</numerusform><numerusform>{n} exemplaires</numerusform></translation>
    </message>
    <message>
        <location filename="qt/review/corner_marker.py"/>
        <source>top of the card</source>
        <translation>haut de la carte</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Whatever else you type is a search, such as PAL 12 or XY 12</source>
        <translation>Tout autre texte tapé est une recherche, comme PAL 12 ou XY 12</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Keep</source>
        <translation>Garder</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Keep the card as the marked printing (Enter)</source>
        <translation>Garder la carte comme l’impression marquée (Entrée)</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>The cards of this picture that ask the same question: keep all of them as the marked printing (A and Enter)
{typing}</source>
        <translation>Les cartes de cette image qui posent la même question : les garder toutes comme l’impression marquée (A et Entrée)
{typing}</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Reject</source>
        <translation>Écarter</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Don't keep this card (Del, or X and Enter)
{typing}</source>
        <translation>Ne pas garder cette carte (Suppr, ou X et Entrée)
{typing}</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Later</source>
        <translation>Plus tard</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Leave it in the list and look at the next (Page Down, or N and Enter)
{typing}</source>
        <translation>La laisser dans la liste et voir la suivante (Page suivante, ou N et Entrée)
{typing}</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Keep all {count}</source>
        <translation>Garder les {count}</translation>
    </message>
    <message>
        <location filename="qt/review/outlining.py"/>
        <source>Mark the card's corners</source>
        <translation>Marquer les coins de la carte</translation>
    </message>
    <message>
        <location filename="qt/review/outlining.py"/>
        <source>Drag the four grips to the corners of the card, its top first</source>
        <translation>Tirez les quatre poignées aux coins de la carte, le haut d’abord</translation>
    </message>
    <message>
        <location filename="qt/review/outlining.py"/>
        <source>Use these corners</source>
        <translation>Utiliser ces coins</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>What you type on is a search.</source>
        <translation>Ce que vous tapez ensuite est une recherche.</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Cards that could be more than one printing wait here until you have looked at them.</source>
        <translation>Les cartes qui pourraient être plus d’une impression attendent ici que vous les ayez vues.</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Enter keeps all of the picture so. {type_on}</source>
        <translation>Entrée garde ainsi toutes celles de l’image. {type_on}</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>{name}   nothing could be read</source>
        <translation>{name}   rien n’était lisible</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Rejected…</source>
        <translation>Écartées…</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>The cards you rejected, and their way back</source>
        <translation>Les cartes que vous avez écartées, et leur chemin de retour</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Nothing to review</source>
        <translation>Rien à vérifier</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Enter rejects this card. {type_on}</source>
        <translation>Entrée écarte cette carte. {type_on}</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Enter shows the next card. {type_on}</source>
        <translation>Entrée montre la carte suivante. {type_on}</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Which card is it?</source>
        <translation>Quelle carte est-ce ?</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>{waiting:,} waiting</source>
        <translation>{waiting:,} en attente</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>{name}   read: {read}</source>
        <translation>{name}   lu : {read}</translation>
    </message>
    <message>
        <location filename="qt/review/question.py"/>
        <source>The reduced catalogue is in use: the full one may know this card.</source>
        <translation>Le catalogue réduit est utilisé : le complet connaît peut-être cette carte.</translation>
    </message>
    <message>
        <location filename="qt/review/question.py"/>
        <source>None of these?</source>
        <translation>Aucune d’elles ?</translation>
    </message>
    <message>
        <location filename="qt/review/rejected.py"/>
        <source>Rejected cards</source>
        <translation>Cartes écartées</translation>
    </message>
    <message>
        <location filename="qt/review/rejected.py"/>
        <source>The last ones first. What you bring back waits in Review again.</source>
        <translation>Les dernières d’abord. Ce que vous ramenez attend de nouveau dans « Vérifier ».</translation>
    </message>
    <message>
        <location filename="qt/review/rejected.py"/>
        <source>Bring back</source>
        <translation>Ramener</translation>
    </message>
    <message>
        <location filename="qt/review/rejected.py"/>
        <source>No card was rejected.</source>
        <translation>Aucune carte n’a été écartée.</translation>
    </message>
    <message>
        <location filename="qt/review/rejected.py"/>
        <source>{cards} in Review again</source>
        <translation>{cards} de nouveau dans « Vérifier »</translation>
    </message>
    <message>
        <location filename="qt/review/rejected.py"/>
        <source>Rejected {card_words}</source>
        <translation>{card_words} écartée</translation>
    </message>
    <message>
        <location filename="qt/review/rematch.py"/>
        <source>made before the first picture</source>
        <translation>faite avant la première image</translation>
    </message>
    <message>
        <location filename="qt/review/shown_card.py"/>
        <source>There is no picture of this card</source>
        <translation>Il n’y a pas d’image de cette carte</translation>
    </message>
    <message>
        <location filename="qt/review/shown_card.py"/>
        <source>This card came from a file of another program, without a picture</source>
        <translation>Cette carte vient d’un fichier d’un autre programme, sans image</translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>Pick another printing (M)</source>
        <translation>Choisir une autre impression (M)</translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>Put this card into the collection (Enter)</source>
        <translation>Mettre cette carte dans la collection (Entrée)</translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>Don't keep this card (X)</source>
        <translation>Ne pas garder cette carte (X)</translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>Take the last change back (Ctrl+Z)</source>
        <translation>Revenir sur la dernière modification (Ctrl+Z)</translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>No card yet</source>
        <translation>Pas encore de carte</translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>The answer for each card appears here.</source>
        <translation>La réponse pour chaque carte apparaît ici.</translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>Rejected</source>
        <translation>Écartée</translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>Name the card by hand…</source>
        <translation>Nommer la carte à la main…</translation>
    </message>
    <message>
        <location filename="qt/scan/card_steps.py"/>
        <source>The next newer card</source>
        <translation>La carte suivante, plus récente</translation>
    </message>
    <message>
        <location filename="qt/scan/card_steps.py"/>
        <source>The next older card</source>
        <translation>La carte suivante, plus ancienne</translation>
    </message>
    <message>
        <location filename="qt/scan/collector.py"/>
        <source>There are no pictures in there</source>
        <translation>Il n’y a pas d’images là-dedans</translation>
    </message>
    <message>
        <location filename="qt/scan/drop_zone.py"/>
        <source>Drop pictures of your cards here, or lay them under a camera</source>
        <translation>Déposez ici des images de vos cartes, ou posez-les sous une caméra</translation>
    </message>
    <message>
        <location filename="qt/scan/drop_zone.py"/>
        <source>Photos or scans, one card or a whole page, or a folder full of them</source>
        <translation>Photos ou scans, une carte ou une page entière, ou tout un dossier</translation>
    </message>
    <message>
        <location filename="qt/scan/drop_zone.py"/>
        <source>Open pictures…</source>
        <translation>Ouvrir des images…</translation>
    </message>
    <message>
        <location filename="qt/scan/drop_zone.py"/>
        <source>Choose picture files to scan (Ctrl+O)</source>
        <translation>Choisir des images à scanner (Ctrl+O)</translation>
    </message>
    <message>
        <location filename="qt/scan/drop_zone.py"/>
        <source>Scan with a camera</source>
        <translation>Scanner avec une caméra</translation>
    </message>
    <message>
        <location filename="qt/scan/mode_choice.py"/>
        <source>Fast</source>
        <translation>Rapide</translation>
    </message>
    <message>
        <location filename="qt/scan/mode_choice.py"/>
        <source>Balanced</source>
        <translation>Équilibré</translation>
    </message>
    <message>
        <location filename="qt/scan/mode_choice.py"/>
        <source>Thorough</source>
        <translation>Soigneux</translation>
    </message>
    <message>
        <location filename="qt/scan/mode_choice.py"/>
        <source>A model reads every card, about two seconds each</source>
        <translation>Un modèle lit chaque carte, environ deux secondes chacune</translation>
    </message>
    <message>
        <location filename="qt/scan/mode_choice.py"/>
        <source>How thoroughly cards are read</source>
        <translation>Avec quel soin les cartes sont lues</translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Pictures…</source>
        <translation>Images…</translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Folder…</source>
        <translation>Dossier…</translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Scan every picture in a folder (Ctrl+Shift+O)</source>
        <translation>Scanner toutes les images d’un dossier (Ctrl+Maj+O)</translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Open pictures</source>
        <translation>Ouvrir des images</translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Pictures ({patterns});;All files (*)</source>
        <translation>Images ({patterns});;Tous les fichiers (*)</translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Open a folder of pictures</source>
        <translation>Ouvrir un dossier d’images</translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Answer</source>
        <translation>Réponse</translation>
    </message>
    <message>
        <location filename="qt/scan/picture_scans.py"/>
        <source>No card found in this picture</source>
        <translation>Aucune carte trouvée dans cette image</translation>
    </message>
    <message>
        <location filename="qt/scan/repeats.py"/>
        <source>1 picture was scanned before and is skipped</source>
        <translation>1 image a déjà été scannée et est sautée</translation>
    </message>
    <message>
        <location filename="qt/scan/repeats.py"/>
        <source>{number:,} pictures were scanned before and are skipped</source>
        <translation>{number:,} images ont déjà été scannées et sont sautées</translation>
    </message>
    <message>
        <location filename="qt/scan/repeats.py"/>
        <source>Count it again</source>
        <translation>La compter à nouveau</translation>
    </message>
    <message>
        <location filename="qt/scan/repeats.py"/>
        <source>Count them again</source>
        <translation>Les compter à nouveau</translation>
    </message>
    <message>
        <location filename="qt/scan/shown_picture.py"/>
        <source>Opening the picture…</source>
        <translation>Ouverture de l’image…</translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>Waits in Review</source>
        <translation>Attend dans « Vérifier »</translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>Kept when the session ends</source>
        <translation>Gardée à la fin de la session</translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>Not in your collection</source>
        <translation>Pas dans votre collection</translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>Which one is it? {others} fit</source>
        <translation>Laquelle est-ce ? {others} correspondent</translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>Which one is it?</source>
        <translation>Laquelle est-ce ?</translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>In your collection</source>
        <translation>Dans votre collection</translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>, {copies} copies</source>
        <translation>, {copies} exemplaires</translation>
    </message>
    <message>
        <location filename="qt/scan/strip.py"/>
        <source>Last cards</source>
        <translation>Dernières cartes</translation>
    </message>
    <message>
        <location filename="qt/sets/grid.py"/>
        <source>Printings of the set</source>
        <translation>Impressions de l’extension</translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>{owned:,} of {size:,}</source>
        <translation>{owned:,} sur {size:,}</translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>complete: all {size:,}</source>
        <translation>complète : les {size:,}</translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>Newest first</source>
        <translation>Plus récentes d’abord</translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>Oldest first</source>
        <translation>Plus anciennes d’abord</translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>Most complete first</source>
        <translation>Plus complètes d’abord</translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>Fewest missing first</source>
        <translation>Moins de manques d’abord</translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>By name</source>
        <translation>Par nom</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>With it, this page shows how complete each set of your collection is.</source>
        <translation>Avec lui, cette page montre à quel point chaque extension de votre collection est complète.</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>All sets</source>
        <translation>Toutes les extensions</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Begun</source>
        <translation>Commencées</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>All</source>
        <translation>Toutes</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Each finish</source>
        <translation>Chaque finition</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Want list</source>
        <translation>Liste de souhaits</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>The card catalogue isn't here yet</source>
        <translation>Le catalogue de cartes n’est pas encore là</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Get the catalogue</source>
        <translation>Télécharger le catalogue</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Show all sets</source>
        <translation>Montrer toutes les extensions</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Back to all sets (Esc)</source>
        <translation>Retour à toutes les extensions (Échap)</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Search: set or code</source>
        <translation>Chercher : extension ou code</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Search the sets</source>
        <translation>Chercher dans les extensions</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Search the sets (Ctrl+F)</source>
        <translation>Chercher dans les extensions (Ctrl+F)</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Order of the sets</source>
        <translation>Ordre des extensions</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Count normal, reverse and holo apart</source>
        <translation>Compter à part normale, reverse et holo</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>What is missing, as a file</source>
        <translation>Ce qui manque, comme fichier</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>“{path}” lists {cards}</source>
        <translation>« {path} » liste {cards}</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>No set fits “{text}”</source>
        <translation>Aucune extension ne correspond à « {text} »</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>You have no card of any set yet</source>
        <translation>Vous n’avez encore de carte d’aucune extension</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Only sets that you have a card of</source>
        <translation>Seulement les extensions dont vous avez une carte</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Every set of the catalogue</source>
        <translation>Toutes les extensions du catalogue</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>{code} want list.{kind}</source>
        <translation>{code} liste de souhaits.{kind}</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Table (*.csv)</source>
        <translation>Table (*.csv)</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>PDF (*.pdf)</source>
        <translation>PDF (*.pdf)</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source> · {missing:,} missing</source>
        <translation> · {missing:,} manquantes</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source> · {slots:,} of {slots2:,} finishes</source>
        <translation> · {slots:,} finitions sur {slots2:,}</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>{begun:,} of {sets} begun</source>
        <translation>{begun:,} commencées sur {sets}</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Table (CSV)…</source>
        <translation>Table (CSV)…</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Checklist (PDF)…</source>
        <translation>Liste à cocher (PDF)…</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source> among those you have begun</source>
        <translation> parmi celles que vous avez commencées</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/sets/page.py"/>
        <source>{n} sets</source>
        <extracomment>one: {n} set</extracomment>
        <translation><numerusform>{n} extension</numerusform><numerusform>{n} extensions</numerusform></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>, {complete:,} complete</source>
        <translation>, {complete:,} complètes</translation>
    </message>
    <message>
        <location filename="qt/sets/want_list.py"/>
        <source>{title}: {number:,} missing{of}</source>
        <translation>{title} : {number:,} manquantes{of}</translation>
    </message>
    <message>
        <location filename="qt/sets/want_list.py"/>
        <source> · page {page} of {pages}</source>
        <translation> · page {page} sur {pages}</translation>
    </message>
    <message>
        <location filename="qt/sets/want_list.py"/>
        <source>“{path}” can't be written: {strerror}.</source>
        <translation>« {path} » ne peut pas être écrit : {strerror}.</translation>
    </message>
    <message>
        <location filename="qt/store/async_store.py"/>
        <source>There is no card in this session yet.</source>
        <translation>Il n’y a pas encore de carte dans cette session.</translation>
    </message>
    <message>
        <location filename="qt/store/async_store.py"/>
        <source>Other changes came after that one; Edit → Undo takes them back first.</source>
        <translation>D’autres modifications sont venues après celle-ci ; Édition → Annuler revient d’abord sur elles.</translation>
    </message>
    <message>
        <location filename="qt/store/catalogue_updates.py"/>
        <source>Getting the card catalogue</source>
        <translation>Téléchargement du catalogue de cartes</translation>
    </message>
    <message>
        <location filename="qt/store/catalogue_updates.py"/>
        <source>The card catalogue isn't here yet, so there is nothing to search in</source>
        <translation>Le catalogue de cartes n’est pas encore là, il n’y a donc rien où chercher</translation>
    </message>
    <message>
        <location filename="qt/store/lane.py"/>
        <source>Something went wrong in the program ({name}); the log has the details</source>
        <translation>Quelque chose a mal tourné dans le programme ({name}) ; le journal donne les détails</translation>
    </message>
    <message>
        <location filename="qt/store/picture_updates.py"/>
        <source>Fetching pictures</source>
        <translation>Téléchargement des images</translation>
    </message>
    <message>
        <location filename="qt/style/marks.py"/>
        <source>Failed</source>
        <translation>Échec</translation>
    </message>
    <message>
        <location filename="qt/style/marks.py"/>
        <source>Working</source>
        <translation>En cours</translation>
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
        <translation>Anglais</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>French</source>
        <translation>Français</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>German</source>
        <translation>Allemand</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Italian</source>
        <translation>Italien</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Spanish</source>
        <translation>Espagnol</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Portuguese</source>
        <translation>Portugais</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Dutch</source>
        <translation>Néerlandais</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Polish</source>
        <translation>Polonais</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Russian</source>
        <translation>Russe</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Chinese (simplified)</source>
        <translation>Chinois (simplifié)</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Chinese (traditional)</source>
        <translation>Chinois (traditionnel)</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Indonesian</source>
        <translation>Indonésien</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>While this is on, the ids of the printings in your collection, such as “sv02-012”, are sent to api.tcgdex.net once a day, which answers with prices of Cardmarket and TCGplayer. Nothing else is sent: no names, numbers of copies, photos or notes.</source>
        <translation>Tant que ceci est activé, les identifiants des impressions de votre collection, comme « sv02-012 », sont envoyés une fois par jour à api.tcgdex.net, qui répond par des prix de Cardmarket et TCGplayer. Rien d’autre n’est envoyé : ni noms, ni nombres d’exemplaires, ni photos, ni notes.</translation>
    </message>
    <message>
        <location filename="qt/window/application.py"/>
        <source>Error: no window can be opened here: there is no screen, or it can't be reached. On a machine without one use the command line: cardscanner --help</source>
        <translation>Erreur : aucune fenêtre ne peut être ouverte ici : il n’y a pas d’écran, ou il est injoignable. Sur un ordinateur sans écran, utilisez la ligne de commande : cardscanner --help</translation>
    </message>
    <message>
        <location filename="qt/window/application.py"/>
        <source>Cardscanner can't start.</source>
        <translation>Cardscanner ne peut pas démarrer.</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Backups (*.zip);;All files (*)</source>
        <translation>Sauvegardes (*.zip);;Tous les fichiers (*)</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>{cards}, {scans} and {photos}</source>
        <translation>{cards}, {scans} et {photos}</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/window/backups.py"/>
        <source>{n} scans</source>
        <extracomment>one: {n} scan</extracomment>
        <translation><numerusform>{n} scan</numerusform><numerusform>{n} scans</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="qt/window/backups.py"/>
        <source>{n} photos</source>
        <extracomment>one: {n} photo</extracomment>
        <translation><numerusform>{n} photo</numerusform><numerusform>{n} photos</numerusform></translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>no day</source>
        <translation>aucun jour</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Back up to</source>
        <translation>Sauvegarder vers</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Backups (*.zip)</source>
        <translation>Sauvegardes (*.zip)</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Backing up…</source>
        <translation>Sauvegarde…</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Restore from</source>
        <translation>Restaurer depuis</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Backed up {counts} to “{name}”</source>
        <translation>{counts} sauvegardés dans « {name} »</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Restore a backup</source>
        <translation>Restaurer une sauvegarde</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Put the backup of {when} in place of your collection?</source>
        <translation>Mettre la sauvegarde du {when} à la place de votre collection ?</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>The backup holds {counts}; the last card is of {when}.</source>
        <translation>La sauvegarde contient {counts} ; la dernière carte est du {when}.</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Restore</source>
        <translation>Restaurer</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Restoring…</source>
        <translation>Restauration…</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Restored {counts} of {when}</source>
        <translation>{counts} du {when} restaurés</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Your collection holds {counts}, the last of {when}.</source>
        <translation>Votre collection contient {counts}, la dernière du {when}.</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>It is backed up before, so that you can come back to it.</source>
        <translation>Elle est sauvegardée avant, pour que vous puissiez y revenir.</translation>
    </message>
    <message>
        <location filename="qt/window/batch_menu.py"/>
        <source>Watch a folder for new pictures</source>
        <translation>Surveiller un dossier pour de nouvelles images</translation>
    </message>
    <message>
        <location filename="qt/window/batch_menu.py"/>
        <source>Stop &amp;watching “{name}”</source>
        <translation>Ne plus &amp;surveiller « {name} »</translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>The card catalogue is here: {printings}</source>
        <translation>Le catalogue de cartes est là : {printings}</translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>Matched {cards} again; {identified:,} identified</source>
        <translation>{cards} associées à nouveau ; {identified:,} identifiées</translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>{words}. It is the reduced one, which lacks cards and languages</source>
        <translation>{words}. C’est le catalogue réduit, auquel manquent des cartes et des langues</translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>Match {waiting_cards} again</source>
        <translation>Associer à nouveau {waiting_cards}</translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>Use it all the same</source>
        <translation>L’utiliser quand même</translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>Get it now</source>
        <translation>Le télécharger maintenant</translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>There is no card catalogue yet, and Cardscanner is set to offline.</source>
        <translation>Il n’y a pas encore de catalogue de cartes, et Cardscanner est réglé hors ligne.</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/window/catalogue_notices.py"/>
        <source>{n} printings</source>
        <extracomment>one: {n} printing</extracomment>
        <translation><numerusform>{n} impression</numerusform><numerusform>{n} impressions</numerusform></translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>Without the card catalogue, cards are read but not identified.</source>
        <translation>Sans le catalogue de cartes, les cartes sont lues mais pas identifiées.</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/window/catalogue_notices.py"/>
        <source>{n} waiting cards</source>
        <extracomment>one: {n} waiting card</extracomment>
        <translation><numerusform>{n} carte en attente</numerusform><numerusform>{n} cartes en attente</numerusform></translation>
    </message>
    <message>
        <location filename="qt/window/collection_notices.py"/>
        <source>“{path}” is damaged ({damage}). What can still be read can be saved into a new file.</source>
        <translation>« {path} » est endommagé ({damage}). Ce qui est encore lisible peut être sauvé dans un nouveau fichier.</translation>
    </message>
    <message>
        <location filename="qt/window/collection_notices.py"/>
        <source>“{path}” holds {salvaged}. Close Cardscanner and run “cardscanner rescue” to go on with what was saved.</source>
        <translation>« {path} » contient {salvaged}. Fermez Cardscanner et lancez « cardscanner rescue » pour continuer avec ce qui a été sauvé.</translation>
    </message>
    <message>
        <location filename="qt/window/collection_notices.py"/>
        <source>“{path}” is damaged ({damage}). There is a good backup of it.</source>
        <translation>« {path} » est endommagé ({damage}). Il en existe une bonne sauvegarde.</translation>
    </message>
    <message>
        <location filename="qt/window/collection_notices.py"/>
        <source>Save what can be read</source>
        <translation>Sauver ce qui est lisible</translation>
    </message>
    <message>
        <location filename="qt/window/collection_notices.py"/>
        <source>Restore the backup</source>
        <translation>Restaurer la sauvegarde</translation>
    </message>
    <message>
        <location filename="qt/window/crash_notice.py"/>
        <source>Something went wrong that shouldn't have. What you scanned and changed is saved. If the window behaves oddly now, close it and start it again; if it doesn't start, “cardscanner-gui --safe” does.</source>
        <translation>Quelque chose a mal tourné qui n’aurait pas dû. Ce que vous avez scanné et modifié est enregistré. Si la fenêtre se comporte bizarrement, fermez-la et rouvrez-la ; si elle ne démarre pas, « cardscanner-gui --safe » démarre.</translation>
    </message>
    <message>
        <location filename="qt/window/crash_notice.py"/>
        <source>Cardscanner met an error</source>
        <translation>Cardscanner a rencontré une erreur</translation>
    </message>
    <message>
        <location filename="qt/window/crash_notice.py"/>
        <source>Report</source>
        <translation>Rapport</translation>
    </message>
    <message>
        <location filename="qt/window/crash_notice.py"/>
        <source>The report names no folder of yours and no user. Nothing is sent.</source>
        <translation>Le rapport ne nomme aucun de vos dossiers ni d’utilisateur. Rien n’est envoyé.</translation>
    </message>
    <message>
        <location filename="qt/window/crash_notice.py"/>
        <source>Copy the report</source>
        <translation>Copier le rapport</translation>
    </message>
    <message>
        <location filename="qt/window/crash_notice.py"/>
        <source>Copied</source>
        <translation>Copié</translation>
    </message>
    <message>
        <location filename="qt/window/dialogs.py"/>
        <source>About Cardscanner</source>
        <translation>À propos de Cardscanner</translation>
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
Catalogue : {source}, {printings:,} impressions.</translation>
    </message>
    <message>
        <location filename="qt/window/dialogs.py"/>
        <source>Licences…</source>
        <translation>Licences…</translation>
    </message>
    <message>
        <location filename="qt/window/dialogs.py"/>
        <source>Names the exact printing of a card from a picture, on this machine. MIT licence.</source>
        <translation>Nomme l’impression exacte d’une carte sur une image, sur cet ordinateur. Licence MIT.</translation>
    </message>
    <message>
        <location filename="qt/window/doubtful_card.py"/>
        <source>Fetch small pictures of these candidates only</source>
        <translation>Télécharger de petites images de ces propositions seulement</translation>
    </message>
    <message>
        <location filename="qt/window/doubtful_card.py"/>
        <source>{small_pictures} from {host}, about {size_words}, {time_words}. Only fingerprints of 64 bytes are kept. You won't be asked again before the next start.</source>
        <translation>{small_pictures} de {host}, environ {size_words}, {time_words}. Seules des empreintes de 64 octets sont conservées. La question ne sera pas reposée avant le prochain démarrage.</translation>
    </message>
    <message>
        <location filename="qt/window/doubtful_card.py"/>
        <source>Compare with {pictures} more…</source>
        <translation>Comparer avec {pictures} de plus…</translation>
    </message>
    <message>
        <location filename="qt/window/doubtful_card.py"/>
        <source>Nobody knows where these pictures are</source>
        <translation>Personne ne sait où sont ces images</translation>
    </message>
    <message>
        <location filename="qt/window/doubtful_card.py"/>
        <source>Fetch these pictures?</source>
        <translation>Télécharger ces images ?</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/window/doubtful_card.py"/>
        <source>{n} small pictures</source>
        <extracomment>one: {n} small picture</extracomment>
        <translation><numerusform>{n} petite image</numerusform><numerusform>{n} petites images</numerusform></translation>
    </message>
    <message>
        <location filename="qt/window/guide_dialog.py"/>
        <source>Guide</source>
        <translation>Guide</translation>
    </message>
    <message>
        <location filename="qt/window/guide_dialog.py"/>
        <source>The guide's text</source>
        <translation>Le texte du guide</translation>
    </message>
    <message>
        <location filename="qt/window/guide_dialog.py"/>
        <source>Contents</source>
        <translation>Sommaire</translation>
    </message>
    <message>
        <location filename="qt/window/guide_dialog.py"/>
        <source>Search in the guide (Enter: next)</source>
        <translation>Chercher dans le guide (Entrée : suivant)</translation>
    </message>
    <message>
        <location filename="qt/window/guide_dialog.py"/>
        <source>Search in the guide</source>
        <translation>Chercher dans le guide</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>In a picture</source>
        <translation>Dans une image</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>In lists</source>
        <translation>Dans les listes</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Keys</source>
        <translation>Touches</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Keys and what they do</source>
        <translation>Les touches et ce qu’elles font</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Ctrl+Wheel, Ctrl++, Ctrl+−</source>
        <translation>Ctrl+molette, Ctrl++, Ctrl+−</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Larger and smaller</source>
        <translation>Plus grand et plus petit</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>↑ ↓ Home End</source>
        <translation>↑ ↓ Origine Fin</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Go to another line</source>
        <translation>Aller à une autre ligne</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Shift+↑ ↓</source>
        <translation>Maj+↑ ↓</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Mark several</source>
        <translation>En marquer plusieurs</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Edit</source>
        <translation>Modifier</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source> or </source>
        <translation> ou </translation>
    </message>
    <message>
        <location filename="qt/window/licences_dialog.py"/>
        <source>Licences</source>
        <translation>Licences</translation>
    </message>
    <message>
        <location filename="qt/window/licences_dialog.py"/>
        <source>Libraries</source>
        <translation>Bibliothèques</translation>
    </message>
    <message>
        <location filename="qt/window/licences_dialog.py"/>
        <source>Licence</source>
        <translation>Licence</translation>
    </message>
    <message>
        <location filename="qt/window/licences_dialog.py"/>
        <source>Licence: {licence}</source>
        <translation>Licence : {licence}</translation>
    </message>
    <message>
        <location filename="qt/window/licences_dialog.py"/>
        <source>The package brings no text of its own; its web page has it.</source>
        <translation>Le paquet n’apporte pas de texte ; sa page web l’a.</translation>
    </message>
    <message>
        <location filename="qt/window/model_mode.py"/>
        <source>{title} is ready. It can read the cards that text recognition is unsure of.</source>
        <translation>{title} est prêt. Il peut lire les cartes dont la lecture de texte n’est pas sûre.</translation>
    </message>
    <message>
        <location filename="qt/window/model_mode.py"/>
        <source>Ask it then</source>
        <translation>L’interroger alors</translation>
    </message>
    <message>
        <location filename="qt/window/model_upkeep.py"/>
        <source>Preparing {title}, since {reason}</source>
        <translation>Préparation de {title} ({reason})</translation>
    </message>
    <message>
        <location filename="qt/window/model_upkeep.py"/>
        <source>Preparing {title}: {what}</source>
        <translation>Préparation de {title} : {what}</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Never: text recognition alone</source>
        <translation>Jamais : lecture de texte seule</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Where text recognition is unsure</source>
        <translation>Quand la lecture de texte n’est pas sûre</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Every card (about two seconds each)</source>
        <translation>Chaque carte (environ deux secondes chacune)</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>about {memory:.1f} GB of memory while it reads</source>
        <translation>environ {memory:.1f} Go de mémoire pendant la lecture</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>{title} is {bytes:.0f} MB from {repository}.
Its licence is {licence} ({licence_url}).

Download it?</source>
        <translation>{title} fait {bytes:.0f} Mo et vient de {repository}.
Sa licence est {licence} ({licence_url}).

Télécharger ?</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Delete the files of {title}?</source>
        <translation>Supprimer les fichiers de {title} ?</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Reading models</source>
        <translation>Modèles de lecture</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Let a model read too</source>
        <translation>Faire lire aussi un modèle</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>When a model reads a card</source>
        <translation>Quand un modèle lit une carte</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Model</source>
        <translation>Modèle</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Download…</source>
        <translation>Télécharger…</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Use a folder…</source>
        <translation>Utiliser un dossier…</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Verify</source>
        <translation>Vérifier</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Remove…</source>
        <translation>Supprimer…</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Ask it where text recognition is unsure</source>
        <translation>L’interroger quand la lecture de texte n’est pas sûre</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>one for each core</source>
        <translation>un par cœur</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Threads of a model</source>
        <translation>Fils d’un modèle</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>each on a core of its own</source>
        <translation>chacun sur son cœur</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>never swapped out</source>
        <translation>jamais en mémoire d’échange</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Only where the system sets no limit for locked memory</source>
        <translation>Seulement là où le système ne limite pas la mémoire verrouillée</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>About {size} MB to download, {memory}. Licence: {licence}.</source>
        <translation>Environ {size} Mo à télécharger, {memory}. Licence : {licence}.</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>A folder with a SmolVLM model</source>
        <translation>Un dossier avec un modèle SmolVLM</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Copying</source>
        <translation>Copie</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Not installed. Cards are read without it.</source>
        <translation>Non installé. Les cartes sont lues sans lui.</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Settings say to stay offline. Use a folder on disk instead.</source>
        <translation>Les réglages disent de rester hors ligne. Utilisez plutôt un dossier sur le disque.</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Asking the hub</source>
        <translation>Interrogation du hub</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Preparing: {what}</source>
        <translation>Préparation : {what}</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>✕ {broken}. Download the model again.</source>
        <translation>✕ {broken}. Téléchargez le modèle à nouveau.</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>✓ Every file is as it was installed.</source>
        <translation>✓ Chaque fichier est tel qu’il a été installé.</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Paused. Press Download to go on where it stopped.</source>
        <translation>En pause. « Télécharger » reprend là.</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>, revision {revision}</source>
        <translation>, révision {revision}</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>✓ Ready ({variants}{revision}).</source>
        <translation>✓ Prêt ({variants}{revision}).</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Installed, not prepared yet: press Download to go on.</source>
        <translation>Installé, pas encore préparé : « Télécharger » continue.</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Downloading</source>
        <translation>Téléchargement</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Verifying</source>
        <translation>Vérification</translation>
    </message>
    <message>
        <location filename="qt/window/picture_notices.py"/>
        <source>Fetching pictures stopped. What came so far is kept</source>
        <translation>Le téléchargement des images s’est arrêté. Ce qui est venu est conservé</translation>
    </message>
    <message>
        <location filename="qt/window/picture_notices.py"/>
        <source>The catalogue has new printings: {plan_words}</source>
        <translation>Le catalogue a de nouvelles impressions : {plan_words}</translation>
    </message>
    <message>
        <location filename="qt/window/picture_notices.py"/>
        <source>Fetch</source>
        <translation>Télécharger</translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>{small_pictures} from {host}: up to about {size_words} and {time_words}, at three a second.</source>
        <translation>{small_pictures} de {host} : jusqu’à environ {size_words} et {time_words}, à trois par seconde.</translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>{new_fingerprints}; {total:,} printings have one</source>
        <translation>{new_fingerprints} ; {total:,} impressions en ont une</translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>{value} kB</source>
        <translation>{value} ko</translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>{size:.0f} MB</source>
        <translation>{size:.0f} Mo</translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>a few seconds</source>
        <translation>quelques secondes</translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>Nothing is missing: every picture that is wanted is fingerprinted already.</source>
        <translation>Il ne manque rien : chaque image voulue a déjà une empreinte.</translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>; of {absent:,} there is no picture</source>
        <translation> ; de {absent:,} il n’y a pas d’image</translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>; {unknown:,} fit no printing of this catalogue</source>
        <translation> ; {unknown:,} ne correspondent à aucune impression de ce catalogue</translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>; {refused:,} refused, mostly since {why} ({named}{more})</source>
        <translation> ; {refused:,} refusées, surtout parce que {why} ({named}{more})</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/window/picture_words.py"/>
        <source>{n} new fingerprints</source>
        <extracomment>one: {n} new fingerprint</extracomment>
        <translation><numerusform>{n} nouvelle empreinte</numerusform><numerusform>{n} nouvelles empreintes</numerusform></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Fingerprints (*.index *.tsv *.gz *.txt);;All files (*)</source>
        <translation>Empreintes (*.index *.tsv *.gz *.txt);;Tous les fichiers (*)</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Pictures of the printings</source>
        <translation>Images des impressions</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>A card whose print can't be read is told by its picture. For that, a fingerprint of 64 bytes is kept of each printing's.</source>
        <translation>Une carte dont le texte est illisible est reconnue à son image. Pour cela, une empreinte de 64 octets de chaque impression est conservée.</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Looking what there is…</source>
        <translation>Recherche de ce qu’il y a…</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>All sets, the newest first</source>
        <translation>Toutes les extensions, les plus récentes d’abord</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Only these:</source>
        <translation>Seulement celles-ci :</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Find a set</source>
        <translation>Trouver une extension</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Keep the pictures too, and show them beside candidates</source>
        <translation>Garder aussi les images et les montrer près des propositions</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>For yourself: they are their makers' copyright</source>
        <translation>Pour vous-même : leurs auteurs en gardent les droits</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Fetch pictures</source>
        <translation>Télécharger les images</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>From a file…</source>
        <translation>D’un fichier…</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>From a folder…</source>
        <translation>D’un dossier…</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>For another desk…</source>
        <translation>Pour un autre poste…</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Write all fingerprints into a file</source>
        <translation>Écrire toutes les empreintes dans un fichier</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Tell cards by their pictures</source>
        <translation>Reconnaître les cartes à leurs images</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>{known:,} of {printings} have a fingerprint.</source>
        <translation>{known:,} sur {printings} ont une empreinte.</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Counting what is missing…</source>
        <translation>Décompte de ce qui manque…</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source> Settings say to stay offline: take them from a file or folder instead.</source>
        <translation> Les réglages disent de rester hors ligne : prenez-les plutôt d’un fichier ou d’un dossier.</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Fingerprints of another desk</source>
        <translation>Empreintes d’un autre poste</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>A folder with pictures of printings</source>
        <translation>Un dossier avec des images des impressions</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>A file for another desk</source>
        <translation>Un fichier pour un autre poste</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Written to {name}: {{:,}} fingerprints.</source>
        <translation>Écrit dans {name} : {{:,}} empreintes.</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Paused. Fetch goes on where it stopped.</source>
        <translation>En pause. « Télécharger » reprend là.</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Choose the sets.</source>
        <translation>Choisissez les extensions.</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Fetch {pictures}</source>
        <translation>Télécharger {pictures}</translation>
    </message>
    <message>
        <location filename="qt/window/problems_dialog.py"/>
        <source>Pictures that couldn't be read</source>
        <translation>Images illisibles</translation>
    </message>
    <message>
        <location filename="qt/window/problems_dialog.py"/>
        <source>{pictures} couldn't be read</source>
        <translation>{pictures} illisibles</translation>
    </message>
    <message>
        <location filename="qt/window/problems_dialog.py"/>
        <source>Pictures and reasons</source>
        <translation>Images et raisons</translation>
    </message>
    <message>
        <location filename="qt/window/reader_notices.py"/>
        <source>Reader ready</source>
        <translation>Lecteur prêt</translation>
    </message>
    <message>
        <location filename="qt/window/reader_notices.py"/>
        <source>Reader not available</source>
        <translation>Lecteur indisponible</translation>
    </message>
    <message>
        <location filename="qt/window/release_notice.py"/>
        <source>Cardscanner {version} is there; this is {version2}</source>
        <translation>Cardscanner {version} est là ; ceci est {version2}</translation>
    </message>
    <message>
        <location filename="qt/window/release_notice.py"/>
        <source>Read about it</source>
        <translation>En savoir plus</translation>
    </message>
    <message>
        <location filename="qt/window/scan_progress.py"/>
        <source>Going on where it was: {pictures} left to scan</source>
        <translation>Reprise : encore {pictures} à scanner</translation>
    </message>
    <message>
        <location filename="qt/window/scan_progress.py"/>
        <source>Files {done:,} of {total:,}</source>
        <translation>Fichier {done:,} sur {total:,}</translation>
    </message>
    <message>
        <location filename="qt/window/scan_progress.py"/>
        <source>Show</source>
        <translation>Montrer</translation>
    </message>
    <message>
        <location filename="qt/window/scan_progress.py"/>
        <source>Looking for pictures</source>
        <translation>Recherche d’images</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>As the system</source>
        <translation>Comme le système</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Light</source>
        <translation>Clair</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Dark</source>
        <translation>Sombre</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>While this is on, {place} is asked once a day which version is the newest. Nothing is sent along, not even your version, and nothing is downloaded or installed.</source>
        <translation>Tant que ceci est activé, {place} est interrogé une fois par jour sur la version la plus récente. Rien n’est envoyé, pas même votre version, et rien n’est téléchargé ni installé.</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>This build names no place to ask for them, so nothing is asked. Whoever packages it can name one; so can you, as “release_address” in settings.json.</source>
        <translation>Cette édition ne nomme aucun endroit à interroger, donc rien n’est demandé. Qui l’empaquette peut en nommer un ; vous aussi, comme « release_address » dans settings.json.</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Settings</source>
        <translation>Réglages</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Put identified cards into the collection at once</source>
        <translation>Mettre aussitôt les cartes identifiées dans la collection</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Stay offline: never fetch the card catalogue by itself</source>
        <translation>Rester hors ligne : ne jamais télécharger le catalogue tout seul</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Back up the collection every day on which it changed</source>
        <translation>Sauvegarder la collection chaque jour où elle a changé</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>The last seven days and four weeks are kept in the data folder</source>
        <translation>Les sept derniers jours et quatre semaines restent dans le dossier de données</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Tell me of new versions</source>
        <translation>M’annoncer les nouvelles versions</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Open data folder</source>
        <translation>Ouvrir le dossier de données</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>What is known by then is the answer: which cards it may be.</source>
        <translation>Ce qui est connu alors est la réponse : quelles cartes cela peut être.</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>What the program speaks, from its next start</source>
        <translation>La langue du programme à partir du prochain démarrage</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Where the picture doesn't tell, a new card starts as:</source>
        <translation>Quand l’image ne le dit pas, une nouvelle carte commence comme :</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Colours</source>
        <translation>Couleurs</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Program’s language (next start)</source>
        <translation>Langue (prochain démarrage)</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Read a card for at most</source>
        <translation>Lire une carte au plus</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Starting the reader…</source>
        <translation>Démarrage du lecteur…</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Get the full one</source>
        <translation>Obtenir le complet</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>The reduced catalogue lacks cards and languages</source>
        <translation>Il manque au catalogue réduit des cartes et des langues</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Stop scanning (Ctrl+.)</source>
        <translation>Arrêter le scan (Ctrl+.)</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Stop getting the catalogue</source>
        <translation>Arrêter de télécharger le catalogue</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Stop fetching pictures; it goes on where it stopped</source>
        <translation>Arrêter de télécharger les images ; cela reprendra là</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Stop preparing the model</source>
        <translation>Arrêter de préparer le modèle</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Reduced catalogue</source>
        <translation>Catalogue réduit</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>No card catalogue yet</source>
        <translation>Pas encore de catalogue</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>{pending:,} to review</source>
        <translation>{pending:,} à vérifier</translation>
    </message>
    <message>
        <location filename="qt/window/undoing.py"/>
        <source>Undone: {label}</source>
        <translation>Annulé : {label}</translation>
    </message>
    <message>
        <location filename="qt/window/undoing.py"/>
        <source>&amp;Undo: {undo_label}</source>
        <translation>&amp;Annuler : {undo_label}</translation>
    </message>
    <message>
        <location filename="qt/window/undoing.py"/>
        <source>&amp;Redo: {redo_label}</source>
        <translation>&amp;Rétablir : {redo_label}</translation>
    </message>
    <message>
        <location filename="qt/window/undoing.py"/>
        <source>Redo</source>
        <translation>Rétablir</translation>
    </message>
    <message>
        <location filename="qt/window/unread_pictures.py"/>
        <source>{pictures} weren't read when the window was closed</source>
        <translation>{pictures} n’ont pas été lues avant la fermeture de la fenêtre</translation>
    </message>
    <message>
        <location filename="qt/window/unread_pictures.py"/>
        <source>Scan them</source>
        <translation>Les scanner</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Not here yet. It is fetched once from TCGdex, about 10 MB, in the background; the line at the bottom of the window says how far it is. Cards are read meanwhile, and named when it is there.</source>
        <translation>Pas encore là. Il est téléchargé une fois de TCGdex, environ 10 Mo, en arrière-plan ; la ligne en bas de la fenêtre dit où il en est. En attendant les cartes sont lues, et nommées quand il est là.</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>The reduced one, from a package registry: English printings up to March 2025. Where TCGdex can be reached, Catalogue → Update gets the full one.</source>
        <translation>Le catalogue réduit, d’un registre de paquets : impressions anglaises jusqu’à mars 2025. Là où TCGdex est joignable, Catalogue → Mettre à jour prend le complet.</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>{printings:,} printings, from {source}.</source>
        <translation>{printings:,} impressions, de {source}.</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Welcome</source>
        <translation>Bienvenue</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Try {samples} sample cards</source>
        <translation>Essayer {samples} cartes d’exemple</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Reading models…</source>
        <translation>Modèles de lecture…</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Open the guide</source>
        <translation>Ouvrir le guide</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Welcome to Cardscanner</source>
        <translation>Bienvenue dans Cardscanner</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>What it does</source>
        <translation>Ce qu’il fait</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Drop photos of your cards on the window, or lay them under a camera. It names the exact printing of each and puts it into your collection. What it isn't sure of waits in Review: it asks rather than guesses.</source>
        <translation>Déposez des photos de vos cartes sur la fenêtre, ou posez-les sous une caméra. Il nomme l’impression exacte de chacune et la met dans votre collection. Ce dont il n’est pas sûr attend dans « Vérifier » : il demande plutôt que de deviner.</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>What stays on this machine</source>
        <translation>Ce qui reste sur cet ordinateur</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Everything: pictures, collection, what was read. No account, nothing is sent. Only the catalogue is fetched by itself (Settings → Stay offline leaves it out); pictures of printings, models and prices only when you ask for them.</source>
        <translation>Tout : images, collection, ce qui a été lu. Pas de compte, rien n’est envoyé. Seul le catalogue est téléchargé tout seul (Réglages → Rester hors ligne l’évite) ; images des impressions, modèles et prix seulement quand vous les demandez.</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Any webcam will do. Lay the card flat, in even light, without a lamp's reflection on it. Your system may ask once whether the camera may be used.</source>
        <translation>N’importe quelle webcam convient. Posez la carte à plat, sous une lumière égale, sans reflet de lampe. Votre système demandera peut-être une fois si la caméra peut être utilisée.</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>A second reader, if you like</source>
        <translation>Un second lecteur, si vous voulez</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>A model of 0.3 to 0.6 GB can read what the quick reader isn't sure of. It costs some seconds a card; everything works without it.</source>
        <translation>Un modèle de 0,3 à 0,6 Go peut lire ce dont le lecteur rapide n’est pas sûr. Il coûte quelques secondes par carte ; tout fonctionne sans lui.</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>The samples were drawn by us. They go into your collection like any card; Undo (Ctrl+Z) takes them out again.</source>
        <translation>Nous avons dessiné les exemples. Ils vont dans votre collection comme toute carte ; Annuler (Ctrl+Z) les en retire.</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Games and catalogue</source>
        <translation>Jeux et catalogue</translation>
    </message>
</context>
<context>
    <name>command line</name>
    <message>
        <location filename="cli.py"/>
        <source>Name the exact printing of trading cards in pictures, on this machine, offline.</source>
        <translation>Nomme l’impression exacte de cartes à collectionner sur des images, sur cet ordinateur, hors ligne.</translation>
    </message>
    <message>
        <location filename="cli.py"/>
        <source>Where collection, catalogue and settings are kept.</source>
        <translation>Où se trouvent la collection, le catalogue et les réglages.</translation>
    </message>
    <message>
        <location filename="cli.py"/>
        <source>Of a reading model; 0 for one for each core. Without it: as in the settings.</source>
        <translation>D’un modèle de lecture ; 0 pour un par cœur. Sinon : comme dans les réglages.</translation>
    </message>
    <message>
        <location filename="cli.py"/>
        <source>Give each thread of a reading model a core of its own.</source>
        <translation>Donner à chaque fil d’un modèle de lecture son propre cœur.</translation>
    </message>
    <message>
        <location filename="cli.py"/>
        <source>Never let a reading model be swapped out, where the system allows that.</source>
        <translation>Ne jamais laisser un modèle de lecture passer en mémoire d’échange, là où le système le permet.</translation>
    </message>
    <message>
        <location filename="cli.py"/>
        <source>Say more on standard error; -vv says all.</source>
        <translation>En dit plus sur la sortie d’erreur ; -vv dit tout.</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Restored. What was there is in “{path}”.</source>
        <translation>Restauré. Ce qui s’y trouvait est dans « {path} ».</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>{copies:,} cards in {entries:,} lines, {scans:,} scans and {photos:,} photos</source>
        <translation>{copies:,} cartes en {entries:,} lignes, {scans:,} scans et {photos:,} photos</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Wrote {counts} to {path}</source>
        <translation>{counts} écrits dans {path}</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>The backup of {when} holds {counts}.</source>
        <translation>La sauvegarde du {when} contient {counts}.</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>There is no collection in “{parent}” yet.</source>
        <translation>Il n’y a pas encore de collection dans « {parent} ».</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>There is no backup in “{folder}”.</source>
        <translation>Il n’y a pas de sauvegarde dans « {folder} ».</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Put the backup in place of the collection?</source>
        <translation>Mettre la sauvegarde à la place de la collection ?</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Restored. What was there is kept as “{kept}”.</source>
        <translation>Restauré. Ce qui s’y trouvait est conservé sous « {kept} ».</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>The collection now holds {counts}.</source>
        <translation>La collection contient maintenant {counts}.</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Write the collection, its scans and all photos into one file.

The window and a service may go on using the collection meanwhile.</source>
        <translation>Écrit la collection, ses scans et toutes les photos dans un fichier.

La fenêtre et un service peuvent continuer d’utiliser la collection pendant ce temps.</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Put the collection of a backup in place of the present one.

Without FILE it is the newest good one of the backups of every day. The present collection is
backed up before; one that is damaged is kept beside.</source>
        <translation>Met la collection d’une sauvegarde à la place de l’actuelle.

Sans FILE, c’est la plus récente bonne sauvegarde quotidienne. La collection actuelle est sauvegardée
avant ; si elle est endommagée, elle est conservée à côté.</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>The file to write; without it one is added to the backups of every day.</source>
        <translation>Le fichier à écrire ; sinon une sauvegarde s’ajoute à celles de chaque jour.</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Don't ask.</source>
        <translation>Ne pas demander.</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Say what the backup holds, no more.</source>
        <translation>Dire seulement ce que contient la sauvegarde.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>{done} of {total} done</source>
        <translation>{done} sur {total} terminées</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Every batch is done.</source>
        <translation>Tous les lots sont terminés.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>No picture of it has failed.</source>
        <translation>Aucune de ses images n’a échoué.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Watching {folder}; Ctrl+C ends it.</source>
        <translation>Surveillance de {folder} ; Ctrl+C y met fin.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>There is no batch {number}; cardscanner batch list shows all.</source>
        <translation>Il n’y a pas de lot {number} ; cardscanner batch list les montre tous.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>A cluster reads batch {id}: `cardscanner cluster batch` goes on with it.</source>
        <translation>Une grappe lit le lot {id} : `cardscanner cluster batch` continue.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>{failed} failed</source>
        <translation>{failed} en échec</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>{same} the same as another</source>
        <translation>{same} identiques à une autre</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>{counted_before} scanned before</source>
        <translation>{counted_before} déjà scannées</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>about {value} min to go</source>
        <translation>encore {value} min environ</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>There are no batches yet: cardscanner scan --batch FOLDER makes one.</source>
        <translation>Il n’y a pas encore de lots : cardscanner scan --batch FOLDER en crée un.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>
Stopped; `cardscanner batch resume` goes on.</source>
        <translation>
Arrêté ; `cardscanner batch resume` reprend.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Pictures that are scanned in the background, also over several runs.</source>
        <translation>Images scannées en arrière-plan, aussi sur plusieurs démarrages.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Show the batches, newest first.</source>
        <translation>Montre les lots, les plus récents d’abord.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Go on with these batches, or with all that are unfinished and not paused.</source>
        <translation>Reprend ces lots, ou tous ceux qui sont inachevés et pas en pause.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Let a batch wait until `resume`; also one that another program works on.</source>
        <translation>Fait attendre un lot jusqu’à `resume` ; même un lot sur lequel un autre programme travaille.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Give up what is left of a batch; what was recorded stays.</source>
        <translation>Abandonne le reste d’un lot ; ce qui est enregistré reste.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Read the pictures of a batch again that couldn't be read.</source>
        <translation>Relit les images d’un lot qui n’ont pas pu être lues.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Scan what arrives in FOLDER and below it, until it is interrupted.

What is there already is scanned first, unless that was done before.</source>
        <translation>Scanne ce qui arrive dans FOLDER et en dessous, jusqu’à interruption.

Ce qui s’y trouve déjà est scanné d’abord, si cela n’a pas encore été fait.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Not only the last twenty.</source>
        <translation>Pas seulement les vingt derniers.</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Fetch nothing, not even a missing catalogue.</source>
        <translation>Ne rien télécharger, pas même un catalogue manquant.</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>{cards} cards; what stands on {known} of them is known.</source>
        <translation>{cards} cartes ; de {known} on sait ce qui y est écrit.</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>There is no layout {unknown}; there are {layouts}.</source>
        <translation>Il n’y a pas de découpage {unknown} ; il y a {layouts}.</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>No card was found in the pictures of {photos}.</source>
        <translation>Aucune carte trouvée dans les images de {photos}.</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>The table {path} has no column “file”.</source>
        <translation>La table {path} n’a pas de colonne « file ».</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>No model is ready. Get one with: cardscanner models download</source>
        <translation>Aucun modèle n’est prêt. Obtenez-en un avec : cardscanner models download</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>Preparing {title} {variant}…</source>
        <translation>Préparation de {title} {variant}…</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>one by one</source>
        <translation>un par un</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>The table {path} can't be read ({error}).</source>
        <translation>La table {path} ne peut pas être lue ({error}).</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>{out} can't be written ({strerror}).</source>
        <translation>{out} ne peut pas être écrit ({strerror}).</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>{printings:,} printings in {sets} sets ({size:.0f} MB)</source>
        <translation>{printings:,} impressions dans {sets} extensions ({size:.0f} Mo)</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>from {source} {version}, licence {licence}</source>
        <translation>de {source} {version}, licence {licence}</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>built {astimezone:%Y-%m-%d %H:%M}, {path}</source>
        <translation>construit le {astimezone:%Y-%m-%d %H:%M}, {path}</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Offline: name a file or folder with --from.</source>
        <translation>Hors ligne : nommez un fichier ou un dossier avec --from.</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Nothing fits.</source>
        <translation>Rien ne correspond.</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>There is no game {game_id!r}. There are: {games}.</source>
        <translation>Il n’y a pas de jeu {game_id!r}. Il y a : {games}.</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>{origin} holds no card data of {title}.</source>
        <translation>{origin} ne contient pas de données de cartes de {title}.</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>reduced: it lacks cards and languages of the full one</source>
        <translation>réduit : il lui manque des cartes et des langues du catalogue complet</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>{error} --allow-smaller replaces it all the same.</source>
        <translation>{error} --allow-smaller le remplace quand même.</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>left out, not readable: {name}</source>
        <translation>laissé de côté, illisible : {name}</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>The catalogue of printings: every card there is.</source>
        <translation>Le catalogue des impressions : toutes les cartes qui existent.</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Fetch the catalogue and put it in place of the old one.

One that is poorer or older than the one in use is refused. The old catalogue stays in use until
the new one is complete.</source>
        <translation>Télécharge le catalogue et le met à la place de l’ancien.

Un catalogue plus pauvre ou plus ancien que l’actuel est refusé. L’ancien reste en usage jusqu’à ce
que le nouveau soit complet.</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Say what the catalogue is made of.</source>
        <translation>Dit de quoi le catalogue est fait.</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Find printings by name, number, set code or set name, in any order.

For example: "PAL 12", "012/193", "charizard obsidian", "SWSH174".</source>
        <translation>Trouve des impressions par nom, numéro, code ou nom d’extension, dans n’importe quel ordre.

Par exemple : "PAL 12", "012/193", "charizard obsidian", "SWSH174".</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>A TCGdex or PTCG-database archive or folder, a wheel or a built catalogue on this machine; or only this repository, or only the package registry. May be given several times: the first counts, the others fill its gaps. Without it: TCGdex and PTCG-database, else the registry.</source>
        <translation>Une archive ou un dossier TCGdex ou PTCG-database, une wheel ou un catalogue construit sur cet ordinateur ; ou seulement ce dépôt, ou seulement le registre de paquets. Peut être donné plusieurs fois : le premier compte, les autres comblent ses lacunes. Sinon : TCGdex et PTCG-database, à défaut le registre.</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Whose catalogue.</source>
        <translation>Le catalogue de quel jeu.</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Replace the catalogue in use also by a poorer or older one.</source>
        <translation>Remplacer le catalogue utilisé même par un plus pauvre ou plus ancien.</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>At most so many lines.</source>
        <translation>Autant de lignes au plus.</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>{number} of {least} to {most} readers</source>
        <translation>{number} lecteurs sur {least} à {most}</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source> at {url}</source>
        <translation> à {url}</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>{state}{at}: {readers}, {waiting} of {queue} pictures waiting, {retries} read again after a reader was lost</source>
        <translation>{state}{at} : {readers}, {waiting} images en attente sur {queue}, {retries} relues après la perte d’un lecteur</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>  {replica}  {node} process {pid}, {seconds} s, {pictures} pictures, {mb} MB</source>
        <translation>  {replica}  {node} processus {pid}, {seconds} s, {pictures} images, {mb} Mo</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>there are at most {most} readers</source>
        <translation>il y a au plus {most} lecteurs</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>Read on many cores and machines with Ray (extra `cluster`).

A Ray cluster belongs in a trusted network: who may speak to it can run programs on it.</source>
        <translation>Lire sur beaucoup de cœurs et de machines avec Ray (extra `cluster`).

Une grappe Ray a sa place dans un réseau de confiance : qui l’atteint peut y lancer des programmes.</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>Answer as `cardscanner serve` does, with readers that are processes of their own.

A reader that ends is replaced, and its picture goes to another one.</source>
        <translation>Répond comme `cardscanner serve`, avec des lecteurs dans leurs propres processus.

Un lecteur qui s’arrête est remplacé, et son image va à un autre.</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>Tell who reads, what waits, and what is wrong.</source>
        <translation>Dit qui lit, ce qui attend et ce qui ne va pas.</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>Processes that read cards, some 400 MB each; without it, one for each core.</source>
        <translation>Processus qui lisent les cartes, environ 400 Mo chacun ; sinon un par cœur.</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>Keep only so many readers while little waits; without it, all of them.</source>
        <translation>Ne garder qu’autant de lecteurs quand peu attend ; sinon tous.</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>Of a Ray that was started otherwise, such as 10.0.0.5:6379.</source>
        <translation>D’un Ray démarré autrement, comme 10.0.0.5:6379.</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>With the token of that Ray; without it, as the environment says.</source>
        <translation>Avec le jeton de ce Ray ; sinon, comme le dit l’environnement.</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>For programs.</source>
        <translation>Pour les programmes.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>{done} of {total} pictures, {rate:.1f} a second</source>
        <translation>{done} images sur {total}, {rate:.1f} par seconde</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Say where to: --json FILE, --parquet FILE, or both.</source>
        <translation>Dites où : --json FILE, --parquet FILE, ou les deux.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Either paths here or --s3: they are read in different ways.</source>
        <translation>Soit des chemins d’ici, soit --s3 : ils se lisent différemment.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>What to read: paths, --list or --s3.</source>
        <translation>Que lire : des chemins, --list ou --s3.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>There are no pictures there.</source>
        <translation>Il n’y a pas d’images là.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Another program works on batch {id}, which reads the same pictures; one is enough. `cardscanner batch pause {id}` stops it.</source>
        <translation>Un autre programme travaille sur le lot {id}, qui lit les mêmes images ; un seul suffit. `cardscanner batch pause {id}` l’arrête.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Going on with batch {id}: {waiting} pictures wait.</source>
        <translation>Reprise du lot {id} : {waiting} images attendent.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>It was begun into the collection, and goes on like that.</source>
        <translation>Il a été commencé vers la collection, et continue ainsi.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>It was begun without the collection, and goes on like that.</source>
        <translation>Il a été commencé sans la collection, et continue ainsi.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>{words}, about {left:.0f} min to go</source>
        <translation>{words}, encore {left:.0f} min environ</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>{count} answers are in {json_file}.</source>
        <translation>{count} réponses sont dans {json_file}.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>{count} answers are in {parquet_file}.</source>
        <translation>{count} réponses sont dans {parquet_file}.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Batch {number} was deleted meanwhile.</source>
        <translation>Le lot {number} a été supprimé entre-temps.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>There is no batch {number} that a cluster read.</source>
        <translation>Il n’y a pas de lot {number} lu par une grappe.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>
Stopped; the same command goes on.</source>
        <translation>
Arrêté ; la même commande continue.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Read many pictures on a cluster: files, folders, patterns, a list, or an object store.

Each answer is recorded once, in the data folder here. When it is interrupted, or this machine
loses its power, the same command goes on where it was.

The exit status is 0 when every picture could be read, 1 otherwise.</source>
        <translation>Lit beaucoup d’images sur une grappe : fichiers, dossiers, motifs, une liste ou un stockage d’objets.

Chaque réponse est enregistrée une fois, dans le dossier de données d’ici. Après une interruption ou une
coupure de courant, la même commande reprend là.

Le statut est 0 si chaque image a pu être lue, 1 sinon.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Write the answers of a batch that a cluster read, also of one that isn't done yet.</source>
        <translation>Écrit les réponses d’un lot lu par une grappe, même inachevé.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Write the answers to this file, one JSON object a line, as `scan --json` prints them.</source>
        <translation>Écrire les réponses dans ce fichier, un objet JSON par ligne, comme `scan --json` les affiche.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Write the answers to this file, one row a picture.</source>
        <translation>Écrire les réponses dans ce fichier, une ligne par image.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Read an object store: s3://bucket/folder, or http://host:9000/bucket/folder for one of your own. Its keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, on every node.</source>
        <translation>Lire un stockage d’objets : s3://bucket/folder, ou http://host:9000/bucket/folder pour un à vous. Ses clés viennent de AWS_ACCESS_KEY_ID et AWS_SECRET_ACCESS_KEY, sur chaque nœud.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>A file with one path on a line, or with --s3 one key.</source>
        <translation>Un fichier avec un chemin par ligne, ou avec --s3 une clé.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Put identified cards into the collection; the others wait in the window's Review.</source>
        <translation>Mettre les cartes identifiées dans la collection ; les autres attendent dans « Vérifier », dans la fenêtre.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>With --add: count cards once more that were counted.</source>
        <translation>Avec --add : compter encore les cartes déjà comptées.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>How many read side by side. Without it: as many as there are processor cores.</source>
        <translation>Combien lisent côte à côte. Sinon : autant qu’il y a de cœurs.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Join this Ray cluster instead of starting one on this machine.</source>
        <translation>Rejoindre cette grappe Ray au lieu d’en démarrer une sur cet ordinateur.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>With --address: the file with the cluster's token.</source>
        <translation>Avec --address : le fichier avec le jeton de la grappe.</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>With --address: where the nodes have the catalogue. Without it: where it is here.</source>
        <translation>Avec --address : où les nœuds ont le catalogue. Sinon : où il est ici.</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>{written} rows would be written</source>
        <translation>{written} lignes seraient écrites</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>{written} rows written to {output}</source>
        <translation>{written} lignes écrites dans {output}</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>{part}: this format has no place for it, {rows} rows</source>
        <translation>{part} : ce format n’a pas de place pour cela, {rows} lignes</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>Left out: {name} {printed_number} ({set_name}): {reason}</source>
        <translation>Laissée de côté : {name} {printed_number} ({set_name}) : {reason}</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>… and {left_out} more</source>
        <translation>… et {left_out} autres</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>Say with -o which file to write.</source>
        <translation>Dites avec -o quel fichier écrire.</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>Write the collection to a CSV file, newest cards first.

Cards that the format can't carry are listed on standard error with the reason.</source>
        <translation>Écrit la collection dans un fichier CSV, les cartes les plus récentes d’abord.

Les cartes que le format ne peut pas porter sont listées sur la sortie d’erreur avec la raison.</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>plain keeps every field and can be read back.</source>
        <translation>plain garde tous les champs et peut être relu.</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>The file to write; - for standard output.</source>
        <translation>Le fichier à écrire ; - pour la sortie standard.</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>Only entries that this search finds.</source>
        <translation>Seulement les entrées que cette recherche trouve.</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>Only the cards of this session of live scanning.</source>
        <translation>Seulement les cartes de cette session de scan en direct.</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>Show the first rows and what is left out, no more.</source>
        <translation>Montrer seulement les premières lignes et ce qui est laissé de côté.</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>{name}: {title}, {rows:,} rows</source>
        <translation>{name} : {title}, {rows:,} lignes</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>{cards:,} rows are cards ({copies:,} copies), {waiting:,} would wait in Review, {none:,} say that there is no copy.</source>
        <translation>{cards:,} lignes sont des cartes ({copies:,} exemplaires), {waiting:,} attendraient dans « Vérifier », {none:,} disent qu’il n’y a pas d’exemplaire.</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>Line {line}: {title}: {reason}</source>
        <translation>Ligne {line} : {title} : {reason}</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>… and {more:,} rows more</source>
        <translation>… et {more:,} autres lignes</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>The same file was imported on {when}.</source>
        <translation>Le même fichier a été importé le {when}.</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>Nothing was imported: --again counts its cards once more.</source>
        <translation>Rien n’a été importé : --again compte ses cartes encore une fois.</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>Imported {copies:,} cards in {cards:,} rows; {waiting:,} wait in Review.</source>
        <translation>{copies:,} cartes importées en {cards:,} lignes ; {waiting:,} attendent dans « Vérifier ».</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>Put the cards of a CSV file into the collection.

Files of Cardscanner, the TCGplayer app, Collectr, Dragon Shield, Deckbox, TCG Collector and
Cardmarket are known by their columns. Rows whose printing isn't sure wait in the window's
Review with all that the file says of them; none is dropped.</source>
        <translation>Met les cartes d’un fichier CSV dans la collection.

Les fichiers de Cardscanner, de l’application TCGplayer, de Collectr, Dragon Shield, Deckbox, TCG Collector
et Cardmarket sont reconnus à leurs colonnes. Les lignes dont l’impression n’est pas sûre attendent dans
« Vérifier » avec tout ce que le fichier en dit ; aucune n’est perdue.</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>The program that wrote the file; without it, its columns tell.</source>
        <translation>Le programme qui a écrit le fichier ; sinon ses colonnes le disent.</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>Say what it would bring, no more.</source>
        <translation>Dire seulement ce qu’il apporterait.</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>Also when the same file was imported before.</source>
        <translation>Même si le même fichier a déjà été importé.</translation>
    </message>
    <message>
        <location filename="commands/keep.py"/>
        <source>{kept} kept, {waiting} to review</source>
        <translation>{kept} gardées, {waiting} à vérifier</translation>
    </message>
    <message>
        <location filename="commands/keep.py"/>
        <source>{words}, {pictures} skipped: scanned before (--again counts them again)</source>
        <translation>{words}, {pictures} sautées : déjà scannées (--again les compte à nouveau)</translation>
    </message>
    <message>
        <location filename="commands/keep.py"/>
        <source>1 picture</source>
        <translation>1 image</translation>
    </message>
    <message>
        <location filename="commands/keep.py"/>
        <source>{skipped} pictures</source>
        <translation>{skipped} images</translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>There is no file {missing}.</source>
        <translation>Il n’y a pas de fichier {missing}.</translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>The user and password of {camera} are not kept on this system. Write them into the address, as in rtsp://user:password@camera/stream.</source>
        <translation>L’utilisateur et le mot de passe de {camera} ne sont pas conservés sur ce système. Écrivez-les dans l’adresse, comme dans rtsp://user:password@camera/stream.</translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>Name cards as they are laid under a camera; Ctrl-C ends.

Lay a card down, wait for its line, lay down the next. The exit status is 1 when the camera or
file couldn't be opened.</source>
        <translation>Nomme les cartes posées sous une caméra ; Ctrl-C y met fin.

Posez une carte, attendez sa ligne, posez la suivante. Le statut est 1 si la caméra ou le fichier
n’a pas pu être ouvert.</translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>A camera by its name or index, a video file, a folder of pictures, or an address.</source>
        <translation>Une caméra par son nom ou son numéro, un fichier vidéo, un dossier d’images ou une adresse.</translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>List the cameras and end.</source>
        <translation>Lister les caméras et terminer.</translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>One JSON object a line on standard output.</source>
        <translation>Un objet JSON par ligne sur la sortie standard.</translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>Of a video file, however long that takes.</source>
        <translation>D’un fichier vidéo, quel que soit le temps que cela prend.</translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>Whether an installed model reads too. Without it: as in the settings.</source>
        <translation>Si un modèle installé lit aussi. Sinon : comme dans les réglages.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Text recognition alone reads</source>
        <translation>Seule la lecture de texte lit</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>A model reads too where text recognition is unsure</source>
        <translation>Un modèle lit aussi quand la lecture de texte n’est pas sûre</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>A model reads every card</source>
        <translation>Un modèle lit chaque carte</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{title} ({wanted}) is {bytes:.0f} MB, licence {licence} ({licence_url}), from {repository} at {revision}.</source>
        <translation>{title} ({wanted}) fait {bytes:.0f} Mo, licence {licence} ({licence_url}), de {repository}, révision {revision}.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{title}: every file is as it was installed.</source>
        <translation>{title} : chaque fichier est tel qu’il a été installé.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{title} was removed; {freed:.0f} MB are free again.</source>
        <translation>{title} a été supprimé ; {freed:.0f} Mo sont à nouveau libres.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{title} is ready.</source>
        <translation>{title} est prêt.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>	about {sizes}; about {memory:.1f} GB of memory</source>
        <translation>	environ {sizes} ; environ {memory:.1f} Go de mémoire</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>ready</source>
        <translation>prêt</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>to be prepared: {reason}</source>
        <translation>à préparer : {reason}</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>revision {revision}</source>
        <translation>révision {revision}</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>from a folder</source>
        <translation>d’un dossier</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>	installed: {variants} ({bytes:.0f} MB, {origin}), {ready}</source>
        <translation>	installé : {variants} ({bytes:.0f} Mo, {origin}), {ready}</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Offline: name a folder with --from.</source>
        <translation>Hors ligne : nommez un dossier avec --from.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Other files are known of this revision: {files}. What the hub says of them is checked.</source>
        <translation>D’autres fichiers sont connus de cette révision : {files}. Ce que le hub en dit est vérifié.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Download it?</source>
        <translation>Télécharger ?</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{title}: {broken}. Get them again with: cardscanner models download {id}</source>
        <translation>{title} : {broken}. À reprendre avec : cardscanner models download {id}</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Delete {title}?</source>
        <translation>Supprimer {title} ?</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{name}	{seconds:.0f} ms</source>
        <translation>{name}	{seconds:.0f} ms</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>kept</source>
        <translation>gardé</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>left out</source>
        <translation>laissé de côté</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>It will be asked; “cardscanner models use fast” takes that back.</source>
        <translation>Il sera interrogé ; « cardscanner models use fast » revient là-dessus.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>To ask it where text is unsure: cardscanner models use balanced {id}</source>
        <translation>Pour l’interroger quand le texte n’est pas sûr : cardscanner models use balanced {id}</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{v} {mb} MB</source>
        <translation>{v} {mb} Mo</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>	not installed</source>
        <translation>	non installé</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Ask it where text recognition is unsure?</source>
        <translation>L’interroger quand la lecture de texte n’est pas sûre ?</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Downloading {title}</source>
        <translation>Téléchargement de {title}</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Reading {title}</source>
        <translation>Lecture de {title}</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Models that read and verify cards. The program works without any.</source>
        <translation>Modèles qui lisent et vérifient les cartes. Le programme fonctionne sans.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Say which models there are, what they take, and which are installed.</source>
        <translation>Dit quels modèles il y a, ce qu’ils demandent et lesquels sont installés.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Download and prepare a model; one that was cut off goes on where it stopped.

HF_ENDPOINT names a mirror, HF_HUB_OFFLINE forbids, proxies come from the usual variables.</source>
        <translation>Télécharge et prépare un modèle ; un téléchargement interrompu reprend là.

HF_ENDPOINT nomme un miroir, HF_HUB_OFFLINE l’interdit, les proxys viennent des variables habituelles.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Remember when a model reads too: never, where text recognition is unsure, or always.</source>
        <translation>Retient quand un modèle lit aussi : jamais, quand la lecture de texte n’est pas sûre, ou toujours.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Make an installed model ready for this computer; says what was tried and why it was kept.</source>
        <translation>Prépare un modèle installé pour cet ordinateur ; dit ce qui a été essayé et pourquoi c’est gardé.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Read an installed model's files again and compare them with what was installed.</source>
        <translation>Relit les fichiers d’un modèle installé et les compare à ce qui a été installé.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Delete a model's files.</source>
        <translation>Supprime les fichiers d’un modèle.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Time an installed model here; with photos, all that are ready, and how well they read.

With photos each way of asking is tried: five layouts of tiles, all fields at once or one by
one, the picture before or after the question, with a draft and without. Then drafts are held
against a grey card, a card's back and other cards: how often would the model confirm them?</source>
        <translation>Chronomètre ici un modèle installé ; avec des photos, tous ceux qui sont prêts, et comment ils lisent.

Avec des photos, chaque façon de demander est essayée : cinq découpages, tous les champs à la fois ou un par
un, l’image avant ou après la question, avec et sans brouillon. Puis des brouillons sont confrontés à une carte
grise, à un dos de carte et à d’autres cartes : combien de fois le modèle les confirmerait-il ?</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Which files: uint8, int8, fp16, fp32 or q4; by default what suits.</source>
        <translation>Quels fichiers : uint8, int8, fp16, fp32 ou q4 ; par défaut ce qui convient.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Use a folder on disk instead of downloading.</source>
        <translation>Utiliser un dossier sur le disque au lieu de télécharger.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Take the newest revision, or a folder's files whatever they are, not just the known one.</source>
        <translation>Prendre la révision la plus récente, ou les fichiers d’un dossier tels quels, pas seulement la connue.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Agree to size and licence without being asked.</source>
        <translation>Accepter la taille et la licence sans question.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Read these pictures of cards, in each way of asking, and print how that did.</source>
        <translation>Lire ces images de cartes, avec chaque façon de demander, et afficher le résultat.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>A table with the column “file” and what stands on the card: name, number, hp and so on. Without it: what the catalogue says of cards that text recognition identifies.</source>
        <translation>Une table avec la colonne « file » et ce qui est écrit sur la carte : name, number, hp, etc. Sinon : ce que le catalogue dit des cartes que la lecture de texte identifie.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Write the result to this file too. It holds figures only, no picture and no path.</source>
        <translation>Écrire aussi le résultat dans ce fichier. Il ne contient que des chiffres, ni image ni chemin.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Only this layout of tiles; may be given again.</source>
        <translation>Seulement ce découpage ; peut être donné plusieurs fois.</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Each installed quantisation, not the best one.</source>
        <translation>Chaque quantification installée, pas seulement la meilleure.</translation>
    </message>
    <message>
        <location filename="commands/opening.py"/>
        <source>There is no card catalogue yet; no printing can be named offline.</source>
        <translation>Il n’y a pas encore de catalogue de cartes ; aucune impression ne peut être nommée hors ligne.</translation>
    </message>
    <message>
        <location filename="commands/opening.py"/>
        <source>{error} Going on without the card catalogue.</source>
        <translation>{error} Cela continue sans le catalogue de cartes.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{pictures:,} small pictures of {sets} sets from {hostname}, up to about {size} and {time} at three a second. {kept} Pictures that are fingerprinted already: {known:,}.</source>
        <translation>{pictures:,} petites images de {sets} extensions de {hostname}, jusqu’à environ {size} et {time} à trois par seconde. {kept} Images qui ont déjà une empreinte : {known:,}.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Name sets with --sets, or take --all, --from or --export.</source>
        <translation>Nommez des extensions avec --sets, ou prenez --all, --from ou --export.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{index:,} fingerprints in {target} ({st_size:.1f} MB)</source>
        <translation>{index:,} empreintes dans {target} ({st_size:.1f} Mo)</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{minutes:.1f} hours</source>
        <translation>{minutes:.1f} heures</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{value} minutes</source>
        <translation>{value} minutes</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{bytes:.0f} MB</source>
        <translation>{bytes:.0f} Mo</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{bytes:.1f} GB</source>
        <translation>{bytes:.1f} Go</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>The pictures are kept too, for yourself; they are their makers' copyright.</source>
        <translation>Les images aussi sont conservées, pour vous-même ; leurs auteurs en gardent les droits.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Only fingerprints of 64 bytes are kept.</source>
        <translation>Seules des empreintes de 64 octets sont conservées.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{taken:,} new</source>
        <translation>{taken:,} nouvelles</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{total:,} printings have a fingerprint ({parts}).</source>
        <translation>{total:,} impressions ont une empreinte ({parts}).</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>--from takes in what is there; leave --sets and --all out.</source>
        <translation>--from reprend ce qui est là ; laissez --sets et --all de côté.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>There are no fingerprints to export yet.</source>
        <translation>Il n’y a pas encore d’empreintes à exporter.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{known:,} were there</source>
        <translation>{known:,} étaient là</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>of {absent:,} there is no picture</source>
        <translation>de {absent:,} il n’y a pas d’image</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{unknown:,} fit no printing of this catalogue</source>
        <translation>{unknown:,} ne correspondent à aucune impression de ce catalogue</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>refused {count:,}: {why} ({named})</source>
        <translation>{count:,} refusées : {why} ({named})</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Fetch them?</source>
        <translation>Télécharger ?</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>This game has no server of pictures; take --from.</source>
        <translation>Ce jeu n’a pas de serveur d’images ; prenez --from.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Fetch small pictures of printings, by which cards are named whose print can't be read.

Only 64 bytes of each are kept. A run that was cut off goes on where it stopped, and after a
catalogue update only what is new is fetched: without options, of what was chosen before.</source>
        <translation>Télécharge de petites images des impressions, qui nomment les cartes dont le texte est illisible.

Seuls 64 octets de chacune sont conservés. Un téléchargement interrompu reprend là, et après une mise à
jour du catalogue seul le nouveau est pris : sans options, de ce qui était choisi avant.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Only these sets, by id or code: sv02,PAF.</source>
        <translation>Seulement ces extensions, par identifiant ou code : sv02,PAF.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>All sets, the newest first.</source>
        <translation>Toutes les extensions, les plus récentes d’abord.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>A file that another desk exported, a table of ids and fingerprints, or a folder of pictures, instead of the asset server.</source>
        <translation>Un fichier exporté par un autre poste, une table d’identifiants et d’empreintes, ou un dossier d’images, au lieu du serveur d’images.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Whose pictures to prefer: en,de. The art is shared.</source>
        <translation>Les images de quelle langue préférer : en,de. L’illustration est la même.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Keep the pictures themselves too.</source>
        <translation>Conserver aussi les images elles-mêmes.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Write all fingerprints into this file, for another desk's --from.</source>
        <translation>Écrire toutes les empreintes dans ce fichier, pour le --from d’un autre poste.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Whose pictures.</source>
        <translation>Les images de quel jeu.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Another server laid out so.</source>
        <translation>Un autre serveur organisé ainsi.</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Agree to size and time without being asked.</source>
        <translation>Accepter la taille et la durée sans question.</translation>
    </message>
    <message>
        <location filename="commands/rescue.py"/>
        <source>“{path}” is damaged: {damage}</source>
        <translation>« {path} » est endommagé : {damage}</translation>
    </message>
    <message>
        <location filename="commands/rescue.py"/>
        <source>Saved {salvaged}. The damaged file is kept as “{kept}”.</source>
        <translation>{salvaged} récupérés. Le fichier endommagé est conservé sous « {kept} ».</translation>
    </message>
    <message>
        <location filename="commands/rescue.py"/>
        <source>“{path}” is in order.</source>
        <translation>« {path} » est en ordre.</translation>
    </message>
    <message>
        <location filename="commands/rescue.py"/>
        <source>Check the collection's file; if it is damaged, save what can be read into a new one.

The new file takes the place of the damaged one, which is kept beside it. Close the window and
whatever else uses the collection before.</source>
        <translation>Vérifie le fichier de la collection ; s’il est endommagé, sauve dans un nouveau ce qui est lisible.

Le nouveau fichier prend la place de l’endommagé, qui est conservé à côté. Fermez d’abord la fenêtre
et tout ce qui utilise la collection.</translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>--batch prints no answers: leave the other options out.</source>
        <translation>--batch n’affiche pas de réponses : laissez les autres options de côté.</translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>Name the cards in pictures: files, folders (with those below), or patterns such as "*.jpg".

A PDF or TIFF document is scanned page by page, as album.pdf#1, album.pdf#2 and so on.

The exit status is 0 when every file could be read, 1 otherwise.</source>
        <translation>Nomme les cartes sur des images : fichiers, dossiers (avec ceux en dessous) ou motifs comme "*.jpg".

Un document PDF ou TIFF est scanné page par page, comme album.pdf#1, album.pdf#2 et ainsi de suite.

Le statut est 0 si chaque fichier a pu être lu, 1 sinon.</translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>Also write one row a card to this file.</source>
        <translation>Écrire aussi une ligne par carte dans ce fichier.</translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>Like --add for many pictures: faster, without printing each answer, and when it is interrupted, `cardscanner batch resume` goes on.</source>
        <translation>Comme --add pour beaucoup d’images : plus rapide, sans afficher chaque réponse, et après une interruption `cardscanner batch resume` reprend.</translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>With --add or --batch: count pictures once more whose cards are counted already; without it they are skipped.</source>
        <translation>Avec --add ou --batch : compter encore les images dont les cartes sont déjà comptées ; sinon elles sont sautées.</translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>Whether an installed model reads too: never, where it is unsure, or always. Without it: as in the settings.</source>
        <translation>Si un modèle installé lit aussi : jamais, là où il y a un doute, ou toujours. Sinon : comme dans les réglages.</translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>How long a card may be read before what is known of it is the answer. Without it: as in the settings, 2 at first.</source>
        <translation>Combien de temps une carte peut être lue avant que ce qui en est connu soit la réponse. Sinon : comme dans les réglages, 2 au début.</translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>Write what was found, step by step, as pictures into this folder.</source>
        <translation>Écrire pas à pas ce qui a été trouvé, comme images, dans ce dossier.</translation>
    </message>
    <message>
        <location filename="commands/scan_output.py"/>
        <source>– {source}: no card found</source>
        <translation>– {source} : aucune carte trouvée</translation>
    </message>
    <message>
        <location filename="commands/scan_output.py"/>
        <source> (read: {read})</source>
        <translation> (lu : {read})</translation>
    </message>
    <message>
        <location filename="commands/scan_output.py"/>
        <source>{path} can't be written: {strerror}</source>
        <translation>{path} ne peut pas être écrit : {strerror}</translation>
    </message>
    <message>
        <location filename="commands/scan_output.py"/>
        <source>The table can't be written: {strerror}</source>
        <translation>La table ne peut pas être écrite : {strerror}</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>The service needs libraries that aren't installed. Run: {executable} -m pip install {missing}</source>
        <translation>Le service demande des bibliothèques qui ne sont pas installées. Lancez : {executable} -m pip install {missing}</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Answer over HTTP what `scan` answers here; OpenAPI describes it at /openapi.json.

Only this machine can reach the service, unless --host says otherwise; then it needs a key.</source>
        <translation>Répond par HTTP à ce que `scan` répond ici ; OpenAPI le décrit sous /openapi.json.

Seul cet ordinateur atteint le service, sauf si --host dit autre chose ; il demande alors une clé.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Threads that read cards, each with networks of its own.</source>
        <translation>Fils d’exécution qui lisent les cartes, chacun avec ses propres réseaux.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Largest picture file.</source>
        <translation>Plus grand fichier d’image.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Largest size of all pictures of unfinished batches together.</source>
        <translation>Plus grande taille totale des images des lots inachevés.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Days for which a batch that has ended is told of; what it recorded stays.</source>
        <translation>Jours pendant lesquels on parle d’un lot terminé ; ce qu’il a enregistré reste.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Connections that may be open at a time.</source>
        <translation>Connexions ouvertes à la fois.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Seconds that an upload may take.</source>
        <translation>Secondes qu’un envoi peut prendre.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>The address to listen on.</source>
        <translation>L’adresse d’écoute.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>0 takes a free one.</source>
        <translation>0 en prend un libre.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>How thoroughly to read where a request doesn't say. Without it: as in the settings. A model is loaded only where this isn't fast.</source>
        <translation>Avec quel soin lire quand une requête ne le dit pas. Sinon : comme dans les réglages. Un modèle n’est chargé que si ce n’est pas fast.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>How long a card may be read before what is known of it is the answer, where a request doesn't say. Without it: as in the settings, 2 at first. Batches are read without limit.</source>
        <translation>Combien de temps une carte peut être lue avant que ce qui en est connu soit la réponse, quand une requête ne le dit pas. Sinon : comme dans les réglages, 2 au début. Les lots sont lus sans limite.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>A name that clients may call the service by, besides its address; may be given again.</source>
        <translation>Un nom par lequel les clients peuvent appeler le service, outre son adresse ; peut être donné plusieurs fois.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Without a key too, batches may put cards into the collection where they ask for it.</source>
        <translation>Même sans clé, les lots peuvent mettre des cartes dans la collection s’ils le demandent.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Pictures that may be read or wait at a time; more are told to come back.</source>
        <translation>Images qui peuvent être lues ou attendre à la fois ; les autres sont priées de revenir.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Seconds that a picture may wait and be read, together.</source>
        <translation>Secondes qu’une image peut attendre et être lue, en tout.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Seconds without any progress after which a reader is replaced and its picture given up.</source>
        <translation>Secondes sans aucun progrès après lesquelles un lecteur est remplacé et son image abandonnée.</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Seconds to finish what was accepted, when told to stop.</source>
        <translation>Secondes pour finir ce qui a été accepté, quand l’arrêt est demandé.</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>scans    {counts}</source>
        <translation>scans     {counts}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>cards    {counts}</source>
        <translation>cartes    {counts}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>answers  {counts}</source>
        <translation>réponses  {counts}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>model switches      {model_switches:7}</source>
        <translation>changements de modèle {model_switches:7}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>speculation         {speculation_adopted:7} used, {speculation_dropped} dropped, {speculation_saved_ms:.1f} s saved</source>
        <translation>lecture anticipée   {speculation_adopted:7} utilisées, {speculation_dropped} abandonnées, {speculation_saved_ms:.1f} s gagnées</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>model asked         {asked:7}: added {added}, agreed {agreed}, settled {settled}, contradicted {contradicted}, refused by the control {refused}</source>
        <translation>modèle interrogé    {asked:7} : {added} ajoutés, {agreed} confirmés, {settled} tranchés, {contradicted} contredits, {refused} refusés par le contrôle</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>Nothing was scanned yet.</source>
        <translation>Rien n’a encore été scanné.</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>known before        {known_before:7.1%}</source>
        <translation>déjà connu          {known_before:7.1%}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>cards a minute      {cards_a_minute:7.1f}</source>
        <translation>cartes par minute   {cards_a_minute:7.1f}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>expected card came  {prior_rate:7.1%}</source>
        <translation>carte attendue venue {prior_rate:7.1%}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>looked at ahead     {looked:7.1%}</source>
        <translation>regardées d’avance  {looked:7.1%}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>Say how fast cards were read, and how often an answer was known before.

The figures are of all times that something was scanned into this data folder, or with
--last-run of the last time: in the window, by `scan --add`, in batches, by the service. A
`scan` without --add leaves nothing there, and isn't counted.</source>
        <translation>Dit à quelle vitesse les cartes ont été lues, et combien de fois une réponse était déjà connue.

Les chiffres valent pour tout ce qui a été scanné dans ce dossier de données, ou avec --last-run pour la
dernière fois : dans la fenêtre, par `scan --add`, en lots, par le service. Un `scan` sans --add n’y
laisse rien et n’est pas compté.</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>One JSON object, times in milliseconds.</source>
        <translation>Un objet JSON, durées en millisecondes.</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>Only what the last run that scanned counted.</source>
        <translation>Seulement ce que le dernier scan a compté.</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>the settings say to stay offline</source>
        <translation>les réglages disent de rester hors ligne</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>values are switched off</source>
        <translation>les valeurs sont désactivées</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>Nothing was asked for: {why}.</source>
        <translation>Rien n’a été demandé : {why}.</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>{asked:,} cards asked for</source>
        <translation>{asked:,} cartes demandées</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>{source}: {name}{amount:,.2f} {currency} for {copies:,} cards, prices of {day} or later</source>
        <translation>{source} : {name}{amount:,.2f} {currency} pour {copies:,} cartes, prix du {day} ou plus récents</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>in no folder</source>
        <translation>dans aucun dossier</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>Say what the collection is worth, by the prices that were asked for.

Values are off until they are switched on in the window's settings: asking sends the ids of the
printings in the collection to api.tcgdex.net, and nothing else.</source>
        <translation>Dit ce que vaut la collection, d’après les prix demandés.

Les valeurs sont désactivées tant que les réglages de la fenêtre ne les activent pas : une demande envoie
à api.tcgdex.net les identifiants des impressions de la collection, et rien d’autre.</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>Totals by set or by folder.</source>
        <translation>Totaux par extension ou par dossier.</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>Ask for the prices that are due; only where the settings switch values on.</source>
        <translation>Demander les prix dus ; seulement si les réglages activent les valeurs.</translation>
    </message>
</context>
<context>
    <name>said</name>
    <message>
        <location filename="capture/cameras.py"/>
        <source>There is no camera “{text}”. Plugged in: {names}.</source>
        <translation>Il n’y a pas de caméra « {text} ». Branchées : {names}.</translation>
    </message>
    <message>
        <location filename="capture/cameras.py"/>
        <source>{name}: the system doesn't let this program use the camera.</source>
        <translation>{name} : le système n’autorise pas ce programme à utiliser la caméra.</translation>
    </message>
    <message>
        <location filename="capture/cameras.py"/>
        <source>{name} is in use by another program.</source>
        <translation>{name} est utilisée par un autre programme.</translation>
    </message>
    <message>
        <location filename="capture/cameras.py"/>
        <source>No camera is plugged in.</source>
        <translation>Aucune caméra n’est branchée.</translation>
    </message>
    <message>
        <location filename="capture/cameras.py"/>
        <source>{name} isn't plugged in any more.</source>
        <translation>{name} n’est plus branchée.</translation>
    </message>
    <message>
        <location filename="capture/decoder/opening.py"/>
        <source>the document has no page {page}</source>
        <translation>le document n’a pas de page {page}</translation>
    </message>
    <message>
        <location filename="capture/decoder/pool.py"/>
        <source>the file is damaged or cut short</source>
        <translation>le fichier est endommagé ou tronqué</translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>{memory} MB</source>
        <translation>{memory} Mo</translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>it needs more than {memory_in_words} of memory to open and was stopped; save a smaller copy, best as JPEG, and try that</source>
        <translation>son ouverture demande plus de {memory_in_words} de mémoire et a été arrêtée ; enregistrez-en une copie plus petite, de préférence en JPEG, et essayez celle-ci</translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>it is damaged, or needs more than {memory_in_words} of memory to open; save it anew, best as JPEG, and try that</source>
        <translation>il est endommagé, ou son ouverture demande plus de {memory_in_words} de mémoire ; enregistrez-le à nouveau, de préférence en JPEG, et essayez celui-ci</translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>it took more than {seconds} seconds to open and was stopped; save it anew, best as JPEG, and try that</source>
        <translation>son ouverture a pris plus de {seconds} secondes et a été arrêtée ; enregistrez-le à nouveau, de préférence en JPEG, et essayez celui-ci</translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>it couldn't be read within {wall_seconds} seconds; copy it to this machine's own disk and try that</source>
        <translation>il n’a pas pu être lu en {wall_seconds} secondes ; copiez-le sur le disque de cet ordinateur et essayez ainsi</translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>the program's decoder doesn't start</source>
        <translation>le décodeur du programme ne démarre pas</translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>the program's decoder doesn't start ({reason})</source>
        <translation>le décodeur du programme ne démarre pas ({reason})</translation>
    </message>
    <message>
        <location filename="capture/files.py"/>
        <source>the file is empty</source>
        <translation>le fichier est vide</translation>
    </message>
    <message>
        <location filename="capture/files.py"/>
        <source>the file has more than {max_file_bytes} GB</source>
        <translation>le fichier dépasse {max_file_bytes} Go</translation>
    </message>
    <message>
        <location filename="capture/files.py"/>
        <source>{name}: there isn't enough memory to open it</source>
        <translation>{name} : la mémoire ne suffit pas pour l’ouvrir</translation>
    </message>
    <message>
        <location filename="capture/health.py"/>
        <source>{source}: the picture is black. Is the lens covered?</source>
        <translation>{source} : l’image est noire. L’objectif est-il couvert ?</translation>
    </message>
    <message>
        <location filename="capture/health.py"/>
        <source>{source}: the picture stands still.</source>
        <translation>{source} : l’image est figée.</translation>
    </message>
    <message>
        <location filename="capture/health.py"/>
        <source>{source} gives only {rate} pictures a second.</source>
        <translation>{source} ne donne que {rate} images par seconde.</translation>
    </message>
    <message>
        <location filename="capture/images.py"/>
        <source>it isn't a picture of a kind that can be read</source>
        <translation>ce n’est pas une image d’un format lisible</translation>
    </message>
    <message>
        <location filename="capture/limits.py"/>
        <source>the picture has more than {max_pixels} megapixels</source>
        <translation>l’image dépasse {max_pixels} mégapixels</translation>
    </message>
    <message>
        <location filename="capture/limits.py"/>
        <source>the picture has more than {most} megapixels, too many for its kind; save it as a plain JPEG and try that</source>
        <translation>l’image dépasse {most} mégapixels, c’est trop pour son format ; enregistrez-la en simple JPEG et essayez celle-ci</translation>
    </message>
    <message>
        <location filename="capture/limits.py"/>
        <source>the picture has a side of more than {max_side} pixels; cut it into parts</source>
        <translation>un côté de l’image dépasse {max_side} pixels ; découpez-la</translation>
    </message>
    <message>
        <location filename="capture/limits.py"/>
        <source>the page has no size</source>
        <translation>la page n’a pas de taille</translation>
    </message>
    <message>
        <location filename="capture/limits.py"/>
        <source>the {what} is more than {max_ratio} times as long as wide; no card is seen on that</source>
        <translation>{what} est plus de {max_ratio} fois plus long que large ; on n’y voit aucune carte</translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>only one page</source>
        <translation>une seule page</translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>only {document} pages</source>
        <translation>seulement {document} pages</translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>the document has {only}</source>
        <translation>le document a {only}</translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>the document is locked with a password; save a copy without one</source>
        <translation>le document est protégé par un mot de passe ; enregistrez une copie sans mot de passe</translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>the document is damaged or cut short</source>
        <translation>le document est endommagé ou tronqué</translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>the document has more than {max_pages} pages ({document}); split it</source>
        <translation>le document a plus de {max_pages} pages ({document}) ; divisez-le</translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>page {page} of the document is damaged</source>
        <translation>la page {page} du document est endommagée</translation>
    </message>
    <message>
        <location filename="capture/reader.py"/>
        <source>{name} can't be read; the log has the details.</source>
        <translation>{name} ne peut pas être lu ; le journal donne les détails.</translation>
    </message>
    <message>
        <location filename="capture/reader.py"/>
        <source>{name}: no picture arrives.</source>
        <translation>{name} : aucune image n’arrive.</translation>
    </message>
    <message>
        <location filename="capture/regular.py"/>
        <source>it can't be read ({reason})</source>
        <translation>il ne peut pas être lu ({reason})</translation>
    </message>
    <message>
        <location filename="capture/regular.py"/>
        <source>this isn't a file</source>
        <translation>ce n’est pas un fichier</translation>
    </message>
    <message>
        <location filename="capture/regular.py"/>
        <source>the file has more than {max_file_bytes} GB; save a smaller copy</source>
        <translation>le fichier dépasse {max_file_bytes} Go ; enregistrez une copie plus petite</translation>
    </message>
    <message>
        <location filename="capture/regular.py"/>
        <source>there is no such file</source>
        <translation>ce fichier n’existe pas</translation>
    </message>
    <message>
        <location filename="capture/regular.py"/>
        <source>no permission to read it</source>
        <translation>pas d’autorisation de lecture</translation>
    </message>
    <message>
        <location filename="capture/stills.py"/>
        <source>There are no pictures in {path}.</source>
        <translation>Il n’y a pas d’images dans {path}.</translation>
    </message>
    <message>
        <location filename="capture/tiff.py"/>
        <source>the document has {pages} pages, of which the first {max_pages} are read and {pages2} left out; split it</source>
        <translation>le document a {pages} pages, dont les {max_pages} premières sont lues et {pages2} laissées de côté ; divisez-le</translation>
    </message>
    <message>
        <location filename="capture/tiff.py"/>
        <source>this is no TIFF document</source>
        <translation>ce n’est pas un document TIFF</translation>
    </message>
    <message>
        <location filename="capture/video.py"/>
        <source>{name}: the picture broke off.</source>
        <translation>{name} : l’image s’est interrompue.</translation>
    </message>
    <message>
        <location filename="capture/video.py"/>
        <source>{name} doesn't answer.</source>
        <translation>{name} ne répond pas.</translation>
    </message>
    <message>
        <location filename="capture/video.py"/>
        <source>There is no file {path}.</source>
        <translation>Il n’y a pas de fichier {path}.</translation>
    </message>
    <message>
        <location filename="capture/video.py"/>
        <source>{name} can't be read as a video.</source>
        <translation>{name} ne peut pas être lu comme vidéo.</translation>
    </message>
    <message>
        <location filename="capture/watched_folder.py"/>
        <source>The folder {folder} can't be watched ({value}).</source>
        <translation>Le dossier {folder} ne peut pas être surveillé ({value}).</translation>
    </message>
    <message>
        <location filename="catalogue/artwork/index_file.py"/>
        <source>The fingerprints can't be written to {path}: {error}.</source>
        <translation>Les empreintes ne peuvent pas être écrites dans {path} : {error}.</translation>
    </message>
    <message>
        <location filename="catalogue/artwork/index_file.py"/>
        <source>{path} is far larger than fingerprints are; not read.</source>
        <translation>{path} est bien plus grand que des empreintes ; non lu.</translation>
    </message>
    <message>
        <location filename="catalogue/artwork/index_file.py"/>
        <source>The fingerprints in {path} are damaged; `cardscanner catalogue pictures` makes them anew.</source>
        <translation>Les empreintes dans {path} sont endommagées ; `cardscanner catalogue pictures` les refait.</translation>
    </message>
    <message>
        <location filename="catalogue/artwork/index_file.py"/>
        <source>{path} can't be read: {error}.</source>
        <translation>{path} ne peut pas être lu : {error}.</translation>
    </message>
    <message>
        <location filename="catalogue/artwork/index_file.py"/>
        <source>{path} holds no fingerprints of this program.</source>
        <translation>{path} ne contient pas d’empreintes de ce programme.</translation>
    </message>
    <message>
        <location filename="catalogue/artwork/index_file.py"/>
        <source>The fingerprints in {path} were made by another version of this program; `cardscanner catalogue pictures` makes them anew.</source>
        <translation>Les empreintes dans {path} viennent d’une autre version de ce programme ; `cardscanner catalogue pictures` les refait.</translation>
    </message>
    <message>
        <location filename="catalogue/build.py"/>
        <source>Building the search index</source>
        <translation>Construction de l’index de recherche</translation>
    </message>
    <message>
        <location filename="catalogue/build.py"/>
        <source>Can't write the catalogue to {parent}: {error}.</source>
        <translation>Le catalogue ne peut pas être écrit dans {parent} : {error}.</translation>
    </message>
    <message>
        <location filename="catalogue/build.py"/>
        <source>There is no card in {where}.</source>
        <translation>Il n’y a aucune carte dans {where}.</translation>
    </message>
    <message>
        <location filename="catalogue/compare.py"/>
        <source>{printings} printings instead of {printings2}</source>
        <translation>{printings} impressions au lieu de {printings2}</translation>
    </message>
    <message>
        <location filename="catalogue/compare.py"/>
        <source>{sets} sets instead of {sets2}</source>
        <translation>{sets} extensions au lieu de {sets2}</translation>
    </message>
    <message>
        <location filename="catalogue/compare.py"/>
        <source>no names in {gone}</source>
        <translation>aucun nom en {gone}</translation>
    </message>
    <message>
        <location filename="catalogue/compare.py"/>
        <source>data of {version} instead of {version2}</source>
        <translation>données du {version} au lieu du {version2}</translation>
    </message>
    <message>
        <location filename="catalogue/compare.py"/>
        <source>What could be fetched now, from the {source}, is poorer than the catalogue in use: {lost}. The one in use stays.</source>
        <translation>Ce qui a pu être obtenu, de {source}, est plus pauvre que le catalogue utilisé : {lost}. Celui-ci reste en place.</translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>`cardscanner catalogue update` fetches it.</source>
        <translation>`cardscanner catalogue update` le télécharge.</translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>There is no catalogue yet; {update}</source>
        <translation>Il n’y a pas encore de catalogue ; {update}</translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>it doesn't say what it is</source>
        <translation>il ne dit pas ce qu’il est</translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>The catalogue {path} is damaged ({why}); `cardscanner catalogue update` makes it anew.</source>
        <translation>Le catalogue {path} est endommagé ({why}) ; `cardscanner catalogue update` le refait.</translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>{name} is not a catalogue; {update}</source>
        <translation>{name} n’est pas un catalogue ; {update}</translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>The catalogue was made by another version of this program; {update}</source>
        <translation>Le catalogue vient d’une autre version de ce programme ; {update}</translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>its size is wrong</source>
        <translation>sa taille est fausse</translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>The catalogue was closed.</source>
        <translation>Le catalogue a été fermé.</translation>
    </message>
    <message>
        <location filename="catalogue/files.py"/>
        <source>The catalogue can't be written to {folder}: {error}.</source>
        <translation>Le catalogue ne peut pas être écrit dans {folder} : {error}.</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>too little could be read</source>
        <translation>trop peu était lisible</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>the artwork looks like {looks_like}, but too little else could be read</source>
        <translation>l’illustration ressemble à {looks_like}, mais trop peu d’autre était lisible</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>{words} agree</source>
        <translation>{words} concordent</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>{close} printings fit</source>
        <translation>{close} impressions correspondent</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>only {words} could be read</source>
        <translation>seul {words} était lisible</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>the artwork is none of {name}'s in the catalogue: another card, or one that the catalogue lacks</source>
        <translation>l’illustration n’est aucune de celles de {name} au catalogue : une autre carte, ou une qui manque au catalogue</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>the artwork looks like {looks_like}, which isn't what was read</source>
        <translation>l’illustration ressemble à {looks_like}, mais ce n’est pas ce qui a été lu</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>the artwork looks like {looks_like}, but {otherwise}</source>
        <translation>l’illustration ressemble à {looks_like}, mais {otherwise}</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>{bear} printings bear this artwork, {looks_like} among them</source>
        <translation>{bear} impressions portent cette illustration, dont {looks_like}</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>no text could be read</source>
        <translation>aucun texte n’était lisible</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>what was read fits no card in the catalogue</source>
        <translation>ce qui a été lu ne correspond à aucune carte du catalogue</translation>
    </message>
    <message>
        <location filename="catalogue/match/reasons.py"/>
        <source>{label}: read “{read}”, printed {value}</source>
        <translation>{label} : lu « {read} », imprimé {value}</translation>
    </message>
    <message>
        <location filename="catalogue/match/reasons.py"/>
        <source>{label} {printed} (not read)</source>
        <translation>{label} {printed} (non lu)</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/artist.py"/>
        <source>artist</source>
        <translation>illustrateur</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/artist.py"/>
        <source>artist {value}</source>
        <translation>illustrateur {value}</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/artwork.py"/>
        <source>artwork</source>
        <translation>illustration</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/artwork.py"/>
        <source>artwork {value}</source>
        <translation>illustration {value}</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/code.py"/>
        <source>set code</source>
        <translation>code d’extension</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/code.py"/>
        <source>set code {value}</source>
        <translation>code d’extension {value}</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/name.py"/>
        <source>name</source>
        <translation>nom</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/name.py"/>
        <source>name {value}</source>
        <translation>nom {value}</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/number.py"/>
        <source>the number on the card isn't this printing's: proxy, misprint or misread?</source>
        <translation>le numéro sur la carte n’est pas celui de cette impression : proxy, erreur d’impression ou mal lu ?</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/number.py"/>
        <source>number</source>
        <translation>numéro</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/number.py"/>
        <source>number {value}</source>
        <translation>numéro {value}</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/number.py"/>
        <source>{label} {printed} (read {read})</source>
        <translation>{label} {printed} (lu {read})</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/number.py"/>
        <source>read {read}; {not_this_number}</source>
        <translation>lu {read} ; {not_this_number}</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/year.py"/>
        <source>year</source>
        <translation>année</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/year.py"/>
        <source>year {value}</source>
        <translation>année {value}</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/checks.py"/>
        <source>nothing is on it</source>
        <translation>il n’y a rien dessus</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/checks.py"/>
        <source>it is cut off or no picture</source>
        <translation>c’est coupé, ou ce n’est pas une image</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/checks.py"/>
        <source>it has {width} x {height} pixels</source>
        <translation>elle a {width} x {height} pixels</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/checks.py"/>
        <source>{width} x {height} pixels aren't the shape of a card</source>
        <translation>{width} x {height} pixels n’ont pas la forme d’une carte</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/desk.py"/>
        <source>There are no fingerprints to hand on yet.</source>
        <translation>Il n’y a pas encore d’empreintes à transmettre.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/gathering.py"/>
        <source>the same picture is given for several cards</source>
        <translation>la même image est donnée pour plusieurs cartes</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>There is no file or folder {origin}.</source>
        <translation>Il n’y a ni fichier ni dossier {origin}.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>{path} holds no fingerprints.</source>
        <translation>{path} ne contient pas d’empreintes.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>Reading pictures</source>
        <translation>Lecture des images</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>it is far too large</source>
        <translation>c’est beaucoup trop grand</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>{path} holds no fingerprints, or is cut off.</source>
        <translation>{path} ne contient pas d’empreintes, ou est tronqué.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>Line {number} of {path} is no printing id with a fingerprint of 512 or 128 bits; nothing was taken.</source>
        <translation>La ligne {number} de {path} n’est pas un identifiant d’impression avec une empreinte de 512 ou 128 bits ; rien n’a été repris.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>There is no picture in {folder}.</source>
        <translation>Il n’y a pas d’image dans {folder}.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>Reading fingerprints</source>
        <translation>Lecture des empreintes</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>{origin} can't be read: {error}.</source>
        <translation>{origin} ne peut pas être lu : {error}.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>the same fingerprint is given for several cards</source>
        <translation>la même empreinte est donnée pour plusieurs cartes</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/server.py"/>
        <source>{host} sends a page instead of a picture</source>
        <translation>{host} envoie une page au lieu d’une image</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/server.py"/>
        <source>{host} asks to come back in {asked} minutes.</source>
        <translation>{host} demande de revenir dans {asked} minutes.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/server.py"/>
        <source>{host} can't be reached: {error}.</source>
        <translation>{host} est injoignable : {error}.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/server.py"/>
        <source>can't be reached: {value}</source>
        <translation>est injoignable : {value}</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/server.py"/>
        <source>what {host} sends is far too large for a picture</source>
        <translation>ce que {host} envoie est beaucoup trop grand pour une image</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/server.py"/>
        <source>answers {code} {reason}</source>
        <translation>répond {code} {reason}</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/store.py"/>
        <source>{path} was made by a newer version of this program.</source>
        <translation>{path} vient d’une version plus récente de ce programme.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/store.py"/>
        <source>damaged</source>
        <translation>endommagé</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/store.py"/>
        <source>Fingerprints can't be kept in {folder}: {error}.</source>
        <translation>Les empreintes ne peuvent pas être conservées dans {folder} : {error}.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/store.py"/>
        <source>Fingerprints can't be kept in {path}: {error}.</source>
        <translation>Les empreintes ne peuvent pas être conservées dans {path} : {error}.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/update.py"/>
        <source>Asking which pictures there are</source>
        <translation>Recherche des images disponibles</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/update.py"/>
        <source>{error} Start again later: it goes on.</source>
        <translation>{error} Recommencez plus tard : cela reprendra là.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/update.py"/>
        <source>Fetching pictures: {name}</source>
        <translation>Téléchargement des images : {name}</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/update.py"/>
        <source>The pictures can't be kept: {error}.</source>
        <translation>Les images ne peuvent pas être conservées : {error}.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/update.py"/>
        <source>Stopped after {patience} useless answers of {host} in a row ({error}). Start again later: it goes on.</source>
        <translation>Arrêté après {patience} réponses inutilisables de {host} de suite ({error}). Recommencez plus tard : cela reprendra là.</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/wanted.py"/>
        <source>The catalogue has no set {missing}.</source>
        <translation>Le catalogue n’a pas d’extension {missing}.</translation>
    </message>
    <message>
        <location filename="catalogue/sources/built.py"/>
        <source>Reading cards: {id}</source>
        <translation>Lecture des cartes : {id}</translation>
    </message>
    <message>
        <location filename="catalogue/sources/download.py"/>
        <source>The connection to {host} broke off.</source>
        <translation>La connexion à {host} s’est interrompue.</translation>
    </message>
    <message>
        <location filename="catalogue/sources/download.py"/>
        <source>{host} answered {code} {reason}.</source>
        <translation>{host} a répondu {code} {reason}.</translation>
    </message>
    <message>
        <location filename="catalogue/sources/download.py"/>
        <source>{host} can't be reached: {reason}.</source>
        <translation>{host} est injoignable : {reason}.</translation>
    </message>
    <message>
        <location filename="catalogue/sources/download.py"/>
        <source>The download can't be kept: {error}.</source>
        <translation>Le téléchargement ne peut pas être conservé : {error}.</translation>
    </message>
    <message>
        <location filename="catalogue/sources/download.py"/>
        <source>What {host} sends is no card database.</source>
        <translation>Ce que {host} envoie n’est pas une base de cartes.</translation>
    </message>
    <message>
        <location filename="catalogue/sources/pip.py"/>
        <source>There is no pip on this machine to reach the package registry with.</source>
        <translation>Il n’y a pas de pip sur cet ordinateur pour joindre le registre de paquets.</translation>
    </message>
    <message>
        <location filename="catalogue/sources/pip.py"/>
        <source>pip couldn't fetch {requirement}: {reason}</source>
        <translation>pip n’a pas pu obtenir {requirement} : {reason}</translation>
    </message>
    <message>
        <location filename="catalogue/sources/pip.py"/>
        <source>pip took more than ten minutes; given up.</source>
        <translation>pip a pris plus de dix minutes ; abandonné.</translation>
    </message>
    <message>
        <location filename="catalogue/update.py"/>
        <source>{error} Trying the {name} instead</source>
        <translation>{error} Essai de {name} à la place</translation>
    </message>
    <message>
        <location filename="cluster/application.py"/>
        <source>Whoever reaches the cluster could use it: give it an api_key_file.</source>
        <translation>Quiconque atteint la grappe pourrait l’utiliser : donnez-lui un api_key_file.</translation>
    </message>
    <message>
        <location filename="cluster/application.py"/>
        <source>The cluster knows no {sorted}.</source>
        <translation>La grappe ne connaît pas {sorted}.</translation>
    </message>
    <message>
        <location filename="cluster/batch.py"/>
        <source>{problem}, but it is here: every node must see the pictures under the same path. Share the folder, or read them from an object store (--s3).</source>
        <translation>{problem}, mais c’est ici : chaque nœud doit voir les images sous le même chemin. Partagez le dossier, ou lisez-les d’un stockage d’objets (--s3).</translation>
    </message>
    <message>
        <location filename="cluster/batch.py"/>
        <source>Batch {batch_id} was {what} from elsewhere.</source>
        <translation>Le lot {batch_id} a été {what} d’ailleurs.</translation>
    </message>
    <message>
        <location filename="cluster/batch.py"/>
        <source>{why} {left} of the pictures wait for the next run.</source>
        <translation>{why} {left} des images attendent le prochain passage.</translation>
    </message>
    <message>
        <location filename="cluster/batch_output.py"/>
        <source>{file} can't be written: {value}. The answers are in the ledger: `cardscanner cluster results` writes them elsewhere.</source>
        <translation>{file} ne peut pas être écrit : {value}. Les réponses sont dans le registre : `cardscanner cluster results` les écrit ailleurs.</translation>
    </message>
    <message>
        <location filename="cluster/batch_source.py"/>
        <source>{list_file} can't be read: {strerror}</source>
        <translation>{list_file} ne peut pas être lu : {strerror}</translation>
    </message>
    <message>
        <location filename="cluster/content.py"/>
        <source>{where} has other parts than the cluster and can't join it: {parts}. Give all nodes the same data folder and version.</source>
        <translation>{where} a d’autres parties que la grappe et ne peut pas la rejoindre : {parts}. Donnez à tous les nœuds le même dossier de données et la même version.</translation>
    </message>
    <message>
        <location filename="cluster/object_store.py"/>
        <source>A store's key doesn't belong into its address: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.</source>
        <translation>La clé d’un stockage n’a pas sa place dans son adresse : définissez AWS_ACCESS_KEY_ID et AWS_SECRET_ACCESS_KEY.</translation>
    </message>
    <message>
        <location filename="cluster/object_store.py"/>
        <source>“{url}” names no bucket: s3://bucket/folder, or http://host:9000/bucket/folder for a store of your own.</source>
        <translation>« {url} » ne nomme pas de compartiment : s3://bucket/folder, ou http://host:9000/bucket/folder pour un stockage à vous.</translation>
    </message>
    <message>
        <location filename="cluster/object_store.py"/>
        <source>{file_name}: an object of that name can't be asked for</source>
        <translation>{file_name} : un objet de ce nom ne peut pas être demandé</translation>
    </message>
    <message>
        <location filename="cluster/object_store.py"/>
        <source>There is nothing at {place}.</source>
        <translation>Il n’y a rien à {place}.</translation>
    </message>
    <message>
        <location filename="cluster/object_store.py"/>
        <source>{file_name}: there is no such object</source>
        <translation>{file_name} : cet objet n’existe pas</translation>
    </message>
    <message>
        <location filename="cluster/object_store.py"/>
        <source>{file_name}: the object is too large</source>
        <translation>{file_name} : l’objet est trop grand</translation>
    </message>
    <message>
        <location filename="cluster/object_store.py"/>
        <source>{words} Check its keys on every node.</source>
        <translation>{words} Vérifiez ses clés sur chaque nœud.</translation>
    </message>
    <message>
        <location filename="cluster/ray_start.py"/>
        <source>A cluster needs Ray, which isn't installed. Run: {executable} -m pip install "ray[serve,data]" (there is none for every system and Python).</source>
        <translation>Une grappe demande Ray, qui n’est pas installé. Lancez : {executable} -m pip install "ray[serve,data]" (il n’existe pas pour chaque système et chaque Python).</translation>
    </message>
    <message>
        <location filename="cluster/ray_start.py"/>
        <source>No cluster answers at {address} ({one_line}).</source>
        <translation>Aucune grappe ne répond à {address} ({one_line}).</translation>
    </message>
    <message>
        <location filename="cluster/ray_start.py"/>
        <source>Ray doesn't start ({one_line}).</source>
        <translation>Ray ne démarre pas ({one_line}).</translation>
    </message>
    <message>
        <location filename="cluster/remote_engine.py"/>
        <source>it stopped in the middle</source>
        <translation>il s’est arrêté en cours de route</translation>
    </message>
    <message>
        <location filename="cluster/remote_recogniser.py"/>
        <source>{source}: the readers that had this picture ended.</source>
        <translation>{source} : les lecteurs qui avaient cette image se sont arrêtés.</translation>
    </message>
    <message>
        <location filename="cluster/serving.py"/>
        <source>What runs with {data_dir} can't be told ({error}).</source>
        <translation>On ne peut pas savoir ce qui fonctionne avec {data_dir} ({error}).</translation>
    </message>
    <message>
        <location filename="cluster/serving.py"/>
        <source>The front at {address} doesn't answer ({error}).</source>
        <translation>Le service à {address} ne répond pas ({error}).</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>A file with the key that clients must present; or the variable {key_variable} holds it.</source>
        <translation>Un fichier avec la clé que les clients doivent présenter ; ou la variable {key_variable} la contient.</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>set</source>
        <translation>extension</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>set {value}</source>
        <translation>extension {value}</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>rarity</source>
        <translation>rareté</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>rarity {value}</source>
        <translation>rareté {value}</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>released</source>
        <translation>paru</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>released {value}</source>
        <translation>paru {value}</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>finishes</source>
        <translation>finitions</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>finishes {value}</source>
        <translation>finitions {value}</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>Artist</source>
        <translation>Illustrateur</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>Released</source>
        <translation>Parution</translation>
    </message>
    <message>
        <location filename="core/codec.py"/>
        <source>version {values} of a recognition</source>
        <translation>version {values} d’une reconnaissance</translation>
    </message>
    <message>
        <location filename="core/evidence.py"/>
        <source>{fact} speaks against the best match</source>
        <translation>{fact} parle contre la meilleure correspondance</translation>
    </message>
    <message>
        <location filename="core/game.py"/>
        <source>Cards of this game come from one source at a time.</source>
        <translation>Les cartes de ce jeu viennent d’une source à la fois.</translation>
    </message>
    <message>
        <location filename="core/model_share.py"/>
        <source>{reader} settled it</source>
        <translation>{reader} a tranché</translation>
    </message>
    <message>
        <location filename="core/model_share.py"/>
        <source>adds nothing</source>
        <translation>n’ajoute rien</translation>
    </message>
    <message>
        <location filename="core/model_share.py"/>
        <source>agrees on {names}</source>
        <translation>d’accord sur {names}</translation>
    </message>
    <message>
        <location filename="core/model_share.py"/>
        <source>adds {names}</source>
        <translation>ajoute {names}</translation>
    </message>
    <message>
        <location filename="core/model_share.py"/>
        <source>reads another {names}</source>
        <translation>lit autrement {names}</translation>
    </message>
    <message>
        <location filename="core/model_share.py"/>
        <source>no evidence for {names}</source>
        <translation>aucune preuve pour {names}</translation>
    </message>
    <message>
        <location filename="core/rule.py"/>
        <source>agrees</source>
        <translation>concorde</translation>
    </message>
    <message>
        <location filename="core/rule.py"/>
        <source>near</source>
        <translation>proche</translation>
    </message>
    <message>
        <location filename="core/rule.py"/>
        <source>says little</source>
        <translation>dit peu</translation>
    </message>
    <message>
        <location filename="core/rule.py"/>
        <source>contradicts</source>
        <translation>contredit</translation>
    </message>
    <message>
        <location filename="environment.py"/>
        <source>opencv-python is installed in place of opencv-python-headless, and its own Qt breaks the window. Run: python -m pip uninstall -y opencv-python opencv-contrib-python &amp;&amp; python -m pip install --force-reinstall --no-deps opencv-python-headless</source>
        <translation>opencv-python est installé au lieu d’opencv-python-headless, et son propre Qt perturbe la fenêtre. Lancez : python -m pip uninstall -y opencv-python opencv-contrib-python &amp;&amp; python -m pip install --force-reinstall --no-deps opencv-python-headless</translation>
    </message>
    <message>
        <location filename="export/cardmarket.py"/>
        <source>Cardmarket stock (CSV)</source>
        <translation>Stock Cardmarket (CSV)</translation>
    </message>
    <message>
        <location filename="export/cardmarket.py"/>
        <source>For Cardmarket's stock upload, which goes by its product numbers.</source>
        <translation>Pour l’envoi du stock chez Cardmarket, qui suit ses numéros de produit.</translation>
    </message>
    <message>
        <location filename="export/cardmarket.py"/>
        <source>the catalogue has no Cardmarket product for it in {kind}</source>
        <translation>le catalogue n’a pas de produit Cardmarket pour elle en {kind}</translation>
    </message>
    <message>
        <location filename="export/collectr.py"/>
        <source>For Collectr's portfolio; folders become portfolios.</source>
        <translation>Pour le portefeuille de Collectr ; les classeurs deviennent des portefeuilles.</translation>
    </message>
    <message>
        <location filename="export/deckbox.py"/>
        <source>For Deckbox's inventory; finishes go into its printing note.</source>
        <translation>Pour l’inventaire de Deckbox ; les finitions vont dans sa note d’impression.</translation>
    </message>
    <message>
        <location filename="export/dragon_shield.py"/>
        <source>For Dragon Shield's card manager on the web; folders stay folders.</source>
        <translation>Pour le gestionnaire de cartes de Dragon Shield sur le web ; les classeurs restent des classeurs.</translation>
    </message>
    <message>
        <location filename="export/line.py"/>
        <source>{program} has no word for the {what} “{value}”</source>
        <translation>{program} n’a pas de mot pour {what} « {value} »</translation>
    </message>
    <message>
        <location filename="export/line.py"/>
        <source>{program} has no words for cards of {name}</source>
        <translation>{program} n’a pas de mots pour les cartes de {name}</translation>
    </message>
    <message>
        <location filename="export/losses.py"/>
        <source>condition</source>
        <translation>état</translation>
    </message>
    <message>
        <location filename="export/losses.py"/>
        <source>stamp</source>
        <translation>tampon</translation>
    </message>
    <message>
        <location filename="export/losses.py"/>
        <source>note</source>
        <translation>note</translation>
    </message>
    <message>
        <location filename="export/losses.py"/>
        <source>tags</source>
        <translation>étiquettes</translation>
    </message>
    <message>
        <location filename="export/losses.py"/>
        <source>folder</source>
        <translation>dossier</translation>
    </message>
    <message>
        <location filename="export/losses.py"/>
        <source>place in the folder</source>
        <translation>place dans le classeur</translation>
    </message>
    <message>
        <location filename="export/losses.py"/>
        <source>price paid</source>
        <translation>prix payé</translation>
    </message>
    <message>
        <location filename="export/losses.py"/>
        <source>grade</source>
        <translation>note de gradation</translation>
    </message>
    <message>
        <location filename="export/plain.py"/>
        <source>Everything (CSV)</source>
        <translation>Tout (CSV)</translation>
    </message>
    <message>
        <location filename="export/plain.py"/>
        <source>Every field of every entry, for spreadsheets and for reading back in.</source>
        <translation>Chaque champ de chaque ligne, pour les tableurs et pour être relu.</translation>
    </message>
    <message>
        <location filename="export/plain.py"/>
        <source>“{path}” can't be read: {value}.</source>
        <translation>« {path} » ne peut pas être lu : {value}.</translation>
    </message>
    <message>
        <location filename="export/plain.py"/>
        <source>“{path}” is no plain export: “{prefix}id” is missing.</source>
        <translation>« {path} » n’est pas un export plain : « {prefix}id » manque.</translation>
    </message>
    <message>
        <location filename="export/plain.py"/>
        <source>“{path}”, line {line_num} is not as it was exported: {error}.</source>
        <translation>« {path} », la ligne {line_num} n’est pas telle qu’exportée : {error}.</translation>
    </message>
    <message>
        <location filename="export/pricecharting.py"/>
        <source>For PriceCharting's collection tracker, which finds cards by name and number.</source>
        <translation>Pour le suivi de collection de PriceCharting, qui trouve les cartes par nom et numéro.</translation>
    </message>
    <message>
        <location filename="export/pricecharting.py"/>
        <source>PriceCharting has no sets in “{language}”</source>
        <translation>PriceCharting n’a pas d’extensions en « {language} »</translation>
    </message>
    <message>
        <location filename="export/tcg_collector.py"/>
        <source>For TCG Collector, which finds cards by number and expansion.</source>
        <translation>Pour TCG Collector, qui trouve les cartes par numéro et extension.</translation>
    </message>
    <message>
        <location filename="export/tcgplayer_app.py"/>
        <source>TCGplayer app (CSV)</source>
        <translation>Application TCGplayer (CSV)</translation>
    </message>
    <message>
        <location filename="export/tcgplayer_app.py"/>
        <source>For the TCGplayer app and for those that import its files, such as Collectr.</source>
        <translation>Pour l’application TCGplayer et celles qui importent ses fichiers, comme Collectr.</translation>
    </message>
    <message>
        <location filename="export/tcgplayer_seller.py"/>
        <source>TCGplayer seller (CSV)</source>
        <translation>Vendeur TCGplayer (CSV)</translation>
    </message>
    <message>
        <location filename="export/tcgplayer_seller.py"/>
        <source>A seller's stock for TCGplayer's seller portal, which goes by SKU.</source>
        <translation>Le stock d’un vendeur pour le portail vendeur de TCGplayer, qui suit les SKU.</translation>
    </message>
    <message>
        <location filename="export/tcgplayer_seller.py"/>
        <source>TCGplayer sells by SKU, and none is known for it; cards that were imported from a TCGplayer file have one</source>
        <translation>TCGplayer vend par SKU, et aucun n’est connu pour elle ; les cartes importées d’un fichier TCGplayer en ont un</translation>
    </message>
    <message>
        <location filename="export/writer.py"/>
        <source>“{target}” can't be written: {reason}.</source>
        <translation>« {target} » ne peut pas être écrit : {reason}.</translation>
    </message>
    <message>
        <location filename="export/writer.py"/>
        <source>The disk is full: “{target}” was not written. Free some space and try again.</source>
        <translation>Le disque est plein : « {target} » n’a pas été écrit. Libérez de la place et réessayez.</translation>
    </message>
    <message>
        <location filename="export/writer.py"/>
        <source>“{target}” is a folder. Give the name of a file in it.</source>
        <translation>« {target} » est un dossier. Donnez le nom d’un fichier dedans.</translation>
    </message>
    <message>
        <location filename="export/writer.py"/>
        <source>“{parent}” is no folder that exists. Choose another place for the file.</source>
        <translation>« {parent} » n’est pas un dossier existant. Choisissez un autre endroit pour le fichier.</translation>
    </message>
    <message>
        <location filename="export/writer.py"/>
        <source>“{target}” can't be written. Close it in other programs, or choose another place.</source>
        <translation>« {target} » ne peut pas être écrit. Fermez-le dans d’autres programmes, ou choisissez un autre endroit.</translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>Normal</source>
        <translation>Normale</translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>Holo</source>
        <translation>Holo</translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>Reverse holo</source>
        <translation>Reverse</translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>1st Edition</source>
        <translation>1re édition</translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>1st Edition holo</source>
        <translation>1re édition holo</translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>Unlimited</source>
        <translation>Illimitée</translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>Unlimited holo</source>
        <translation>Illimitée holo</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>HP</source>
        <translation>PV</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>HP {value}</source>
        <translation>PV {value}</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>type</source>
        <translation>type</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>type {value}</source>
        <translation>type {value}</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>stage</source>
        <translation>niveau</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>stage {value}</source>
        <translation>niveau {value}</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>attacks</source>
        <translation>attaques</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>attacks {value}</source>
        <translation>attaques {value}</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>evolves from</source>
        <translation>évolution de</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>evolves from {value}</source>
        <translation>évolution de {value}</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>Type</source>
        <translation>Type</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>Stage</source>
        <translation>Niveau</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>Attacks</source>
        <translation>Attaques</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/joined.py"/>
        <source>{error} Going on without {name}</source>
        <translation>{error} Cela continue sans {name}</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/joined.py"/>
        <source>Adding the Asian cards</source>
        <translation>Ajout des cartes asiatiques</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/local.py"/>
        <source>{path} holds no card data. A TCGdex or PTCG-database archive or folder, the registry's wheel or a catalogue built before is needed.</source>
        <translation>{path} ne contient pas de données de cartes. Il faut une archive ou un dossier TCGdex ou PTCG-database, la wheel du registre ou un catalogue déjà construit.</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/local.py"/>
        <source>The folder {folder} holds no TCGdex `data` folder.</source>
        <translation>Le dossier {folder} ne contient pas de dossier `data` de TCGdex.</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/local.py"/>
        <source>There is no file or folder {path}.</source>
        <translation>Il n’y a ni fichier ni dossier {path}.</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/ptcg_database.py"/>
        <source>There is no PTCG-database card data in {name}.</source>
        <translation>Il n’y a pas de données PTCG-database dans {name}.</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/ptcg_database.py"/>
        <source>{name} is far larger than a real one; not read.</source>
        <translation>{name} est bien plus grand que le vrai ; non lu.</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/ptcg_database.py"/>
        <source>The archive {name} is damaged or not PTCG-database ({error}).</source>
        <translation>L’archive {name} est endommagée ou n’est pas de PTCG-database ({error}).</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/ptcg_database.py"/>
        <source>Reading the Japanese and Chinese cards</source>
        <translation>Lecture des cartes japonaises et chinoises</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/ptcg_database.py"/>
        <source>The folder {path} can't be read: {error}.</source>
        <translation>Le dossier {path} ne peut pas être lu : {error}.</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>The catalogue archive is far larger than a real one; not read.</source>
        <translation>L’archive du catalogue est bien plus grande qu’une vraie ; non lue.</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>There is no TCGdex card data in it.</source>
        <translation>Elle ne contient pas de données TCGdex.</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>Reading cards: {name}</source>
        <translation>Lecture des cartes : {name}</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>The catalogue archive {name} is damaged or not a TCGdex archive ({error}).</source>
        <translation>L’archive de catalogue {name} est endommagée ou n’est pas de TCGdex ({error}).</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>Reading the folder: {top}</source>
        <translation>Lecture du dossier : {top}</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>The folder {folder} can't be read: {error}.</source>
        <translation>Le dossier {folder} ne peut pas être lu : {error}.</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>Reading the archive</source>
        <translation>Lecture de l’archive</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel.py"/>
        <source>Fetching card data from the package registry</source>
        <translation>Téléchargement des données de cartes du registre de paquets</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel.py"/>
        <source>The wheel {name} is damaged ({error}).</source>
        <translation>La wheel {name} est endommagée ({error}).</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel.py"/>
        <source>The registry's {requirement} is not the file that we know; it was not used.</source>
        <translation>{requirement} au registre n’est pas le fichier connu ; il n’a pas été utilisé.</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel.py"/>
        <source>Reading cards: {replace}</source>
        <translation>Lecture des cartes : {replace}</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel_pickle.py"/>
        <source>it names {module}.{name}</source>
        <translation>il nomme {module}.{name}</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel_pickle.py"/>
        <source>it refers to something outside itself, {pid}</source>
        <translation>il renvoie à quelque chose hors de lui, {pid}</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel_pickle.py"/>
        <source>The card file {name} holds no list of cards.</source>
        <translation>Le fichier de cartes {name} ne contient pas de liste de cartes.</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel_pickle.py"/>
        <source>The card file {name} is damaged or unsafe ({error}).</source>
        <translation>Le fichier de cartes {name} est endommagé ou dangereux ({error}).</translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>Latin letters</source>
        <translation>lettres latines</translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>Japanese</source>
        <translation>Japonais</translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>Chinese</source>
        <translation>Chinois</translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>Korean</source>
        <translation>Coréen</translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>Thai</source>
        <translation>Thaï</translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>script</source>
        <translation>écriture</translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>script {value}</source>
        <translation>écriture {value}</translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>an Asian script</source>
        <translation>une écriture asiatique</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Basic</source>
        <translation>De base</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Stage1</source>
        <translation>Niveau 1</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Stage2</source>
        <translation>Niveau 2</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>RESTORED</source>
        <translation>RESTAURÉ</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>LEVEL-UP</source>
        <translation>NIV.SUP</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Grass</source>
        <translation>Plante</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Fire</source>
        <translation>Feu</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Water</source>
        <translation>Eau</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Lightning</source>
        <translation>Électrique</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Psychic</source>
        <translation>Psy</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Fighting</source>
        <translation>Combat</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Darkness</source>
        <translation>Obscurité</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Metal</source>
        <translation>Métal</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Fairy</source>
        <translation>Fée</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Dragon</source>
        <translation>Dragon</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Colorless</source>
        <translation>Incolore</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Hp</source>
        <translation>PV</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Category</source>
        <translation>Catégorie</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Suffix</source>
        <translation>Suffixe</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Types</source>
        <translation>Types</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Regulation mark</source>
        <translation>Marque de régulation</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Evolves from</source>
        <translation>Évolution de</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Dex ids</source>
        <translation>Numéros de Pokédex</translation>
    </message>
    <message>
        <location filename="importing/formats.py"/>
        <source>“{name}” isn't a file of a program that is known here. Its columns are {header}.</source>
        <translation>« {name} » n’est pas un fichier d’un programme connu ici. Ses colonnes sont {header}.</translation>
    </message>
    <message>
        <location filename="importing/formats.py"/>
        <source>“{name}” looks like {title}, but lacks {noun} {names}.</source>
        <translation>« {name} » ressemble à {title}, mais il manque {noun} {names}.</translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>the row has {more} more than the header; are quotes missing?</source>
        <translation>la ligne a {more} de plus que l’en-tête ; manque-t-il des guillemets ?</translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>1 cell</source>
        <translation>1 cellule</translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>{surplus} cells</source>
        <translation>{surplus} cellules</translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>{file}, line {line}: {more}</source>
        <translation>{file}, ligne {line} : {more}</translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>it says that there is no copy</source>
        <translation>elle dit qu’il n’y a pas d’exemplaire</translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>line {line}</source>
        <translation>ligne {line}</translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>“{name}” was changed meanwhile. Look at it once more.</source>
        <translation>« {name} » a changé entre-temps. Regardez-le encore une fois.</translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>no card of the catalogue has this name and number</source>
        <translation>aucune carte du catalogue n’a ce nom et ce numéro</translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>the {against} of the row is another</source>
        <translation>{against} de la ligne est autre</translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>{counted} cards fit it alike</source>
        <translation>{counted} cartes y correspondent également</translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>it says too little to tell the printing</source>
        <translation>elle en dit trop peu pour trouver l’impression</translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>the card is in another set than “{value}”</source>
        <translation>la carte est dans une autre extension que « {value} »</translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>there is no catalogue of “{game}” here</source>
        <translation>il n’y a pas ici de catalogue de « {game} »</translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>there is no card catalogue yet</source>
        <translation>il n’y a pas encore de catalogue de cartes</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>is a packed file, perhaps a spreadsheet</source>
        <translation>est un fichier compressé, peut-être un tableur</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>is an old spreadsheet</source>
        <translation>est un ancien tableur</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>is a PDF document</source>
        <translation>est un document PDF</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>is a database</source>
        <translation>est une base de données</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{name}” is empty.</source>
        <translation>« {name} » est vide.</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{name}” is no text. Save it as CSV and choose that file.</source>
        <translation>« {name} » n’est pas du texte. Enregistrez-le en CSV et choisissez ce fichier.</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{name}” has no columns that could be told apart. It needs a first line with the names of its columns, between commas, semicolons or tabs.</source>
        <translation>« {name} » n’a pas de colonnes reconnaissables. Il lui faut une première ligne avec les noms des colonnes, entre virgules, points-virgules ou tabulations.</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>a column without a name</source>
        <translation>une colonne sans nom</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>the column “{doubled}”</source>
        <translation>la colonne « {doubled} »</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{name}” has {what} twice, and nobody can say which of them counts. Remove one.</source>
        <translation>« {name} » a deux fois {what}, et personne ne peut dire laquelle compte. Supprimez-en une.</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{path}” is a folder. Choose a file in it.</source>
        <translation>« {path} » est un dossier. Choisissez un fichier dedans.</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{path}” isn't there any more.</source>
        <translation>« {path} » n’est plus là.</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{name}” {what}. Save it as CSV and choose that file.</source>
        <translation>« {name} » {what}. Enregistrez-le en CSV et choisissez ce fichier.</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{name}”, line {line}: a cell never ends; is a quote missing? ({error})</source>
        <translation>« {name} », ligne {line} : une cellule ne finit jamais ; manque-t-il un guillemet ? ({error})</translation>
    </message>
    <message>
        <location filename="paths.py"/>
        <source>The data folder {root} can't be written to ({value}). Choose another with --data-dir or {data_dir_variable}.</source>
        <translation>On ne peut pas écrire dans le dossier de données {root} ({value}). Choisissez-en un autre avec --data-dir ou {data_dir_variable}.</translation>
    </message>
    <message>
        <location filename="reading/models.py"/>
        <source>The text reader is missing: the package “rapidocr” is not installed.</source>
        <translation>Le lecteur de texte manque : le paquet « rapidocr » n’est pas installé.</translation>
    </message>
    <message>
        <location filename="reading/models.py"/>
        <source>The text reader's model {name} can't be loaded: {error}</source>
        <translation>Le modèle {name} du lecteur de texte ne peut pas être chargé : {error}</translation>
    </message>
    <message>
        <location filename="recognition/batches.py"/>
        <source>{file_name}: the reader got stuck in this picture and gave it up</source>
        <translation>{file_name} : le lecteur s’est bloqué sur cette image et l’a abandonnée</translation>
    </message>
    <message>
        <location filename="recognition/cache/bounded.py"/>
        <source>the answer is too large for the time</source>
        <translation>la réponse est trop grande pour le temps</translation>
    </message>
    <message>
        <location filename="recognition/cache/bounded.py"/>
        <source>the answer is too large</source>
        <translation>la réponse est trop grande</translation>
    </message>
    <message>
        <location filename="recognition/cache/confirmed.py"/>
        <source>you confirmed this card before</source>
        <translation>vous avez déjà confirmé cette carte</translation>
    </message>
    <message>
        <location filename="recognition/card_progress.py"/>
        <source>its time was up before all of it was read</source>
        <translation>son temps était écoulé avant que tout soit lu</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>read</source>
        <translation>lu</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>same picture as before</source>
        <translation>même image qu’avant</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>seen before</source>
        <translation>déjà vue</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>Stopped before the end</source>
        <translation>Arrêté avant la fin</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>Failed; the log has the details</source>
        <translation>Échec ; le journal donne les détails</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>{milliseconds} ms</source>
        <translation>{milliseconds} ms</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>No card found</source>
        <translation>Aucune carte trouvée</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>number {rpartition}</source>
        <translation>numéro {rpartition}</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>A card</source>
        <translation>Une carte</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>Card {index}</source>
        <translation>Carte {index}</translation>
    </message>
    <message>
        <location filename="recognition/guard.py"/>
        <source>{name}: this picture made the program stumble; the log has the details</source>
        <translation>{name} : cette image a fait trébucher le programme ; le journal donne les détails</translation>
    </message>
    <message>
        <location filename="recognition/inference.py"/>
        <source>the reader hasn't started</source>
        <translation>le lecteur n’a pas démarré</translation>
    </message>
    <message>
        <location filename="recognition/inference.py"/>
        <source>The reader can't start ({name}); the log has the details</source>
        <translation>Le lecteur ne peut pas démarrer ({name}) ; le journal donne les détails</translation>
    </message>
    <message>
        <location filename="recognition/judge.py"/>
        <source>cards of two games fit</source>
        <translation>des cartes de deux jeux correspondent</translation>
    </message>
    <message>
        <location filename="recognition/judge.py"/>
        <source>the card catalogue isn't here yet</source>
        <translation>le catalogue de cartes n’est pas encore là</translation>
    </message>
    <message>
        <location filename="recognition/live/scanner.py"/>
        <source>Live scanning stumbled and stopped; the log has the details.</source>
        <translation>Le scan en direct a trébuché et s’est arrêté ; le journal donne les détails.</translation>
    </message>
    <message>
        <location filename="recognition/live/votes.py"/>
        <source>{reason} in {recognitions} pictures</source>
        <translation>{reason} sur {recognitions} images</translation>
    </message>
    <message>
        <location filename="recognition/outline_reader.py"/>
        <source>only text on plain paper: is this a card?</source>
        <translation>seulement du texte sur papier uni : est-ce une carte ?</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>settled</source>
        <translation>tranché</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>the same picture</source>
        <translation>la même image</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>looks like before, and its text agrees</source>
        <translation>ressemble à avant, et son texte concorde</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>looks as the user confirmed it</source>
        <translation>est comme vous l’avez confirmée</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>looks like before, but its text doesn't tell</source>
        <translation>ressemble à avant, mais son texte ne le dit pas</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>not seen before</source>
        <translation>jamais vue</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>no model</source>
        <translation>pas de modèle</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>the mode asks for no model</source>
        <translation>le mode ne demande pas de modèle</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>nothing to go on</source>
        <translation>rien sur quoi s’appuyer</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>still unsure</source>
        <translation>encore un doute</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>the mode asks for every card</source>
        <translation>le mode demande chaque carte</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>the smaller model disagrees</source>
        <translation>le petit modèle n’est pas d’accord</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>everyone was asked</source>
        <translation>tous ont été interrogés</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>it would take too long here while others wait</source>
        <translation>cela prendrait trop de temps ici pendant que d’autres attendent</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>it would take too long here</source>
        <translation>cela prendrait trop de temps ici</translation>
    </message>
    <message>
        <location filename="recognition/second_opinion.py"/>
        <source>{reason}, read by {reader} too</source>
        <translation>{reason}, lu aussi par {reader}</translation>
    </message>
    <message>
        <location filename="recognition/second_opinion.py"/>
        <source>{reason}, but {reader} reads {words}</source>
        <translation>{reason}, mais {reader} lit {words}</translation>
    </message>
    <message>
        <location filename="recognition/second_opinion.py"/>
        <source>{reason}, confirmed by {reader}</source>
        <translation>{reason}, confirmé par {reader}</translation>
    </message>
    <message>
        <location filename="recognition/slab.py"/>
        <source>name, number and set on the slab's label agree with the card</source>
        <translation>le nom, le numéro et l’extension sur l’étiquette du boîtier concordent avec la carte</translation>
    </message>
    <message>
        <location filename="recognition/slab.py"/>
        <source>only the slab's label could be read</source>
        <translation>seule l’étiquette du boîtier était lisible</translation>
    </message>
    <message>
        <location filename="recognition/slab.py"/>
        <source>name, number and year on the slab's label agree with the card</source>
        <translation>le nom, le numéro et l’année sur l’étiquette du boîtier concordent avec la carte</translation>
    </message>
    <message>
        <location filename="releases.py"/>
        <source>“{address}” is no address to ask for new versions.</source>
        <translation>« {address} » n’est pas une adresse à interroger sur les nouvelles versions.</translation>
    </message>
    <message>
        <location filename="releases.py"/>
        <source>{place} doesn't say which version is the newest.</source>
        <translation>{place} ne dit pas quelle version est la plus récente.</translation>
    </message>
    <message>
        <location filename="releases.py"/>
        <source>{place} doesn't say which version is the newest: {reason}</source>
        <translation>{place} ne dit pas quelle version est la plus récente : {reason}</translation>
    </message>
    <message>
        <location filename="settings.py"/>
        <source>The settings can't be saved to {path} ({reason}).</source>
        <translation>Les réglages ne peuvent pas être enregistrés dans {path} ({reason}).</translation>
    </message>
    <message>
        <location filename="store/backup.py"/>
        <source>“{name}” is no backup of Cardscanner, and nothing was changed.</source>
        <translation>« {name} » n’est pas une sauvegarde de Cardscanner, et rien n’a été changé.</translation>
    </message>
    <message>
        <location filename="store/backup.py"/>
        <source>“{name}” is a file of another program, and nothing was changed.</source>
        <translation>« {name} » est un fichier d’un autre programme, et rien n’a été changé.</translation>
    </message>
    <message>
        <location filename="store/backup.py"/>
        <source>“{name}” lacks the collection, and nothing was changed.</source>
        <translation>Il manque la collection à « {name} », et rien n’a été changé.</translation>
    </message>
    <message>
        <location filename="store/backup.py"/>
        <source>“{name}” was written by a newer version of Cardscanner ({get}), and nothing was changed. Install that to restore it.</source>
        <translation>« {name} » a été écrit par une version plus récente de Cardscanner ({get}), et rien n’a été changé. Installez-la pour le restaurer.</translation>
    </message>
    <message>
        <location filename="store/backup.py"/>
        <source>“{name}” holds no collection, and nothing was changed.</source>
        <translation>« {name} » ne contient pas de collection, et rien n’a été changé.</translation>
    </message>
    <message>
        <location filename="store/backup.py"/>
        <source>“{name}” is damaged ({damage}), and nothing was changed.</source>
        <translation>« {name} » est endommagé ({damage}), et rien n’a été changé.</translation>
    </message>
    <message>
        <location filename="store/backup_folder.py"/>
        <source>“{folder}” can't be made: {strerror}.</source>
        <translation>« {folder} » ne peut pas être créé : {strerror}.</translation>
    </message>
    <message>
        <location filename="store/backup_words.py"/>
        <source>The collection can't be copied: {error}. No backup was made.</source>
        <translation>La collection ne peut pas être copiée : {error}. Aucune sauvegarde n’a été faite.</translation>
    </message>
    <message>
        <location filename="store/backup_words.py"/>
        <source>“{target}” can't be written: {reason}. No backup was made.</source>
        <translation>« {target} » ne peut pas être écrit : {reason}. Aucune sauvegarde n’a été faite.</translation>
    </message>
    <message>
        <location filename="store/backup_words.py"/>
        <source>“{path}” isn't there.</source>
        <translation>« {path} » n’est pas là.</translation>
    </message>
    <message>
        <location filename="store/backup_words.py"/>
        <source>“{name}” is cut, damaged or no backup of Cardscanner, and nothing was changed. ({error})</source>
        <translation>« {name} » est tronqué, endommagé ou n’est pas une sauvegarde de Cardscanner, et rien n’a été changé. ({error})</translation>
    </message>
    <message>
        <location filename="store/backup_words.py"/>
        <source>The disk is full, and nothing was changed.</source>
        <translation>Le disque est plein, et rien n’a été changé.</translation>
    </message>
    <message>
        <location filename="store/batches.py"/>
        <source>There is no batch {batch_id} in “{path}”.</source>
        <translation>Il n’y a pas de lot {batch_id} dans « {path} ».</translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>Edit {title}</source>
        <translation>Modifier {title}</translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>1 card</source>
        <translation>1 carte</translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>{count} cards</source>
        <translation>{count} cartes</translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>Put back {title}</source>
        <translation>Remettre {title}</translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>Change to {named}</source>
        <translation>Changer en {named}</translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>Delete {title}</source>
        <translation>Supprimer {title}</translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>Add {named}</source>
        <translation>Ajouter {named}</translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>Add {counted}</source>
        <translation>Ajouter {counted}</translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>{count} damaged {noun} set aside ({kinds}); everything else is there. What could be read of it is in “{raw}”, the collection as it was in “{copy}”.</source>
        <translation>{count} {noun} mises de côté, endommagées ({kinds}) ; tout le reste est là. Ce qui en était lisible est dans « {raw} », la collection telle qu’elle était dans « {copy} ».</translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>{broken} is no text</source>
        <translation>{broken} n’est pas du texte</translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>row was</source>
        <translation>ligne</translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>rows were</source>
        <translation>lignes</translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>{found} of {count} {replace} in “{path}” can't be read, and nothing was changed. Put a copy of it in its place. ({found2})</source>
        <translation>{found} sur {count} {replace} dans « {path} » ne sont pas lisibles, et rien n’a été changé. Mettez une copie à sa place. ({found2})</translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>{name} is no JSON</source>
        <translation>{name} n’est pas du JSON</translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>{n} in {replace}</source>
        <translation>{n} dans {replace}</translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>“{path}” lacks {sorted} in {name} and was left as it is. Put a copy of it in its place.</source>
        <translation>Il manque à « {path} » {sorted} dans {name} ; le fichier a été laissé tel quel. Mettez une copie à sa place.</translation>
    </message>
    <message>
        <location filename="store/database.py"/>
        <source>“{path}” was deleted or replaced while it was open, so nothing can be saved there. {kept}Close Cardscanner, put the right file in its place and start again.</source>
        <translation>« {path} » a été supprimé ou remplacé pendant qu’il était ouvert, donc rien ne peut y être enregistré. {kept}Fermez Cardscanner, remettez le bon fichier à sa place et redémarrez.</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>“{path}” lacks a part that every collection has, and was left as it is. Put a copy of it in its place. ({error})</source>
        <translation>Il manque à « {path} » une partie que toute collection possède ; le fichier a été laissé tel quel. Mettez une copie à sa place. ({error})</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>The disk is full: nothing was saved to “{path}”. Free some space and try again.</source>
        <translation>Le disque est plein : rien n’a été enregistré dans « {path} ». Libérez de la place et réessayez.</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>“{path}” can't be written. Check the permissions of its folder.</source>
        <translation>« {path} » ne peut pas être écrit. Vérifiez les autorisations de son dossier.</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>“{path}” can't be opened. Check that its folder can be written.</source>
        <translation>« {path} » ne peut pas être ouvert. Vérifiez qu’on peut écrire dans son dossier.</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>Another program keeps “{path}” busy. Close it and try again.</source>
        <translation>Un autre programme occupe « {path} ». Fermez-le et réessayez.</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>The disk reported an error at “{path}”: nothing was saved. ({error})</source>
        <translation>Le disque a signalé une erreur sur « {path} » : rien n’a été enregistré. ({error})</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>“{path}” is damaged and was left as it is. Put a copy of it in its place, or let “cardscanner rescue” save what can be read. ({error})</source>
        <translation>« {path} » est endommagé et a été laissé tel quel. Mettez une copie à sa place, ou laissez « cardscanner rescue » sauver ce qui est lisible. ({error})</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>“{path}” is damaged or no collection, and was left as it is. Move it away to start afresh.</source>
        <translation>« {path} » est endommagé ou n’est pas une collection, et a été laissé tel quel. Déplacez-le pour repartir de zéro.</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>One of the {replace} is damaged and can't be read. It is set aside; try again.</source>
        <translation>Un élément parmi {replace} est endommagé et illisible. Il est mis de côté ; réessayez.</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>“{path}” can't be opened: {reason}.</source>
        <translation>« {path} » ne peut pas être ouvert : {reason}.</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>stored rows</source>
        <translation>lignes enregistrées</translation>
    </message>
    <message>
        <location filename="store/history.py"/>
        <source>That can't be undone or redone: the same cards were changed since.</source>
        <translation>Cela ne peut être ni annulé ni rétabli : les mêmes cartes ont changé depuis.</translation>
    </message>
    <message>
        <location filename="store/imports.py"/>
        <source>1 row</source>
        <translation>1 ligne</translation>
    </message>
    <message>
        <location filename="store/imports.py"/>
        <source>{kept} rows</source>
        <translation>{kept} lignes</translation>
    </message>
    <message>
        <location filename="store/imports.py"/>
        <source>Import {rows_words} of “{name}”</source>
        <translation>Importer {rows_words} de « {name} »</translation>
    </message>
    <message>
        <location filename="store/opening.py"/>
        <source>“{path}” belongs to another program and was left as it is.</source>
        <translation>« {path} » appartient à un autre programme et a été laissé tel quel.</translation>
    </message>
    <message>
        <location filename="store/opening.py"/>
        <source>“{path}” was written by a newer version of Cardscanner and was left as it is. Install the newer version to open it.</source>
        <translation>« {path} » a été écrit par une version plus récente de Cardscanner et a été laissé tel quel. Installez la version plus récente pour l’ouvrir.</translation>
    </message>
    <message>
        <location filename="store/salvage.py"/>
        <source>entries of the collection</source>
        <translation>entrées de la collection</translation>
    </message>
    <message>
        <location filename="store/salvage.py"/>
        <source>{counts}, {counts2} and {counts3}</source>
        <translation>{counts}, {counts2} et {counts3}</translation>
    </message>
    <message>
        <location filename="store/salvage.py"/>
        <source>Nothing can be read of “{path}” any more. Put a copy of it in its place, or move it away to start afresh.</source>
        <translation>Plus rien de « {path} » n’est lisible. Mettez une copie à sa place, ou déplacez-le pour repartir de zéro.</translation>
    </message>
    <message>
        <location filename="store/scan_edits.py"/>
        <source>Keep {kept} cards</source>
        <translation>Garder {kept} cartes</translation>
    </message>
    <message>
        <location filename="store/scan_edits.py"/>
        <source>Keep {value}</source>
        <translation>Garder {value}</translation>
    </message>
    <message>
        <location filename="store/scan_edits.py"/>
        <source>chosen by hand</source>
        <translation>choisie à la main</translation>
    </message>
    <message>
        <location filename="store/scans.py"/>
        <source>Scan {scan_id} is not in “{path}” any more.</source>
        <translation>Le scan {scan_id} n’est plus dans « {path} ».</translation>
    </message>
    <message>
        <location filename="store/scans.py"/>
        <source>Which card this is hasn't been decided yet: see Review.</source>
        <translation>On n’a pas encore décidé quelle carte c’est : voir « Vérifier ».</translation>
    </message>
    <message>
        <location filename="store/search/conditions.py"/>
        <source>“{value}” is no day: write 2025, 2025-03, 2025-03-14, today, or 30d for the last 30 days.</source>
        <translation>« {value} » n’est pas un jour : écrivez 2025, 2025-03, 2025-03-14, today, ou 30d pour les 30 derniers jours.</translation>
    </message>
    <message>
        <location filename="store/search/conditions.py"/>
        <source>“{field}” wants a number, not “{value}”.</source>
        <translation>« {field} » demande un nombre, pas « {value} ».</translation>
    </message>
    <message>
        <location filename="store/search/conditions.py"/>
        <source>“{field}” can't be more or less: use : or = with it.</source>
        <translation>« {field} » ne peut être plus ou moins : utilisez : ou =.</translation>
    </message>
    <message>
        <location filename="store/search/conditions.py"/>
        <source>“{field}:” wants a number before or after “..”.</source>
        <translation>« {field}: » demande un nombre avant ou après « .. ».</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>There is no “{name}:” to search by.{meant} Quotes find the words themselves.</source>
        <translation>On ne peut pas chercher par « {name}: ».{meant} Les guillemets trouvent les mots eux-mêmes.</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>in any language</source>
        <translation>dans n’importe quelle langue</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>code or name</source>
        <translation>code ou nom</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>or 1..20</source>
        <translation>ou 1..20</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>* for any</source>
        <translation>* pour n’importe laquelle</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>or &gt;=EX</source>
        <translation>ou &gt;=EX</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>of the card</source>
        <translation>de la carte</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>copies, or &gt;1</source>
        <translation>exemplaires, ou &gt;1</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>in its folder</source>
        <translation>dans son dossier</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>or &gt;=9</source>
        <translation>ou &gt;=9</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>PSA, CGC</source>
        <translation>PSA, CGC</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>its number</source>
        <translation>son numéro</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>paid, or &gt;10</source>
        <translation>payé, ou &gt;10</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>2025-03, 30d, today</source>
        <translation>2025-03, 30d, today</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>of the printing</source>
        <translation>de l’impression</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source> Do you mean “{close}:”?</source>
        <translation> Vouliez-vous dire « {close}: » ?</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>“note:” wants words.</source>
        <translation>« note: » demande des mots.</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>“set” can't be more or less: use : or = with it.</source>
        <translation>« set » ne peut être plus ou moins : utilisez : ou =.</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>“{field}{operator}” wants a value after it.</source>
        <translation>« {field}{operator} » demande ensuite une valeur.</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>“{value}” is no condition: there are {known}.</source>
        <translation>« {value} » n’est pas un état : il y a {known}.</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>“{value}” is no language: there are {languages}.</source>
        <translation>« {value} » n’est pas une langue : il y a {languages}.</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>“has:” knows {has}, not “{value}”.</source>
        <translation>« has: » connaît {has}, pas « {value} ».</translation>
    </message>
    <message>
        <location filename="store/sessions.py"/>
        <source>End the session</source>
        <translation>Terminer la session</translation>
    </message>
    <message>
        <location filename="store/sessions.py"/>
        <source>Discard the session</source>
        <translation>Abandonner la session</translation>
    </message>
    <message>
        <location filename="store/sessions.py"/>
        <source>This session was ended or discarded already.</source>
        <translation>Cette session a déjà été terminée ou abandonnée.</translation>
    </message>
    <message>
        <location filename="store/sessions.py"/>
        <source>Session {session_id} is not in “{path}” any more.</source>
        <translation>La session {session_id} n’est plus dans « {path} ».</translation>
    </message>
    <message>
        <location filename="store/sessions.py"/>
        <source>Only a session that has ended can be taken back.</source>
        <translation>Seule une session terminée peut être retirée.</translation>
    </message>
    <message>
        <location filename="store/sessions.py"/>
        <source>Take back the session</source>
        <translation>Retirer la session</translation>
    </message>
    <message>
        <location filename="valuing/asking.py"/>
        <source>“{base}” is no address of a price server.</source>
        <translation>« {base} » n’est pas l’adresse d’un serveur de prix.</translation>
    </message>
    <message>
        <location filename="valuing/asking.py"/>
        <source>{base} refuses to give prices ({code}).</source>
        <translation>{base} refuse de donner des prix ({code}).</translation>
    </message>
    <message>
        <location filename="valuing/asking.py"/>
        <source>Prices can't be had from {base}: {reason}.</source>
        <translation>Impossible d’obtenir des prix de {base} : {reason}.</translation>
    </message>
    <message>
        <location filename="vlm/decoder_interface.py"/>
        <source>{path} isn't a decoder with a key/value cache{detail}. Download the model again.</source>
        <translation>{path} n’est pas un décodeur avec cache clé/valeur{detail}. Téléchargez le modèle à nouveau.</translation>
    </message>
    <message>
        <location filename="vlm/decoder_interface.py"/>
        <source>{path} wants {unknown}, which this program doesn't know. Choose another variant of the model.</source>
        <translation>{path} demande {unknown}, que ce programme ne connaît pas. Choisissez une autre variante du modèle.</translation>
    </message>
    <message>
        <location filename="vlm/decoder_interface.py"/>
        <source>{path} belongs to another model: its {what} is {written}, and that of config.json is {configured}. Download the model again.</source>
        <translation>{path} appartient à un autre modèle : {what} y est {written}, et {configured} dans config.json. Téléchargez le modèle à nouveau.</translation>
    </message>
    <message>
        <location filename="vlm/decoder_interface.py"/>
        <source>{path} doesn't say its {what}, and neither does config.json. Download the model again.</source>
        <translation>{path} ne dit pas {what}, config.json non plus. Téléchargez le modèle à nouveau.</translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>{folder} is missing: without it nothing says how to ask the model. Download the model again.</source>
        <translation>{folder} manque : sans lui, rien ne dit comment interroger le modèle. Téléchargez le modèle à nouveau.</translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>{folder} has {vocabulary} tokens and the model only {vocabulary2}: they don't belong together. Download the model again.</source>
        <translation>{folder} a {vocabulary} jetons et le modèle seulement {vocabulary2} : ils ne vont pas ensemble. Téléchargez le modèle à nouveau.</translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>{folder} describes another kind of model ({kind}). Choose a SmolVLM folder.</source>
        <translation>{folder} décrit un modèle d’une autre sorte ({kind}). Choisissez un dossier SmolVLM.</translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>The processor in {folder} cuts pictures in another way than this program ({count} tiles, not {tiles}). It needs another version of the model.</source>
        <translation>Le processeur dans {folder} découpe les images autrement que ce programme ({count} tuiles, pas {tiles}). Il lui faut une autre version du modèle.</translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>The configuration in {folder} can't be read ({reason}). Verify the model or download it again.</source>
        <translation>La configuration dans {folder} ne peut pas être lue ({reason}). Vérifiez le modèle ou téléchargez-le à nouveau.</translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>{path} can't be read. Download the model again.</source>
        <translation>{path} ne peut pas être lu. Téléchargez le modèle à nouveau.</translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>The processor in {folder} writes prompts in another way than this program. It needs another version of the model.</source>
        <translation>Le processeur dans {folder} écrit les invites autrement que ce programme. Il lui faut une autre version du modèle.</translation>
    </message>
    <message>
        <location filename="vlm/graphs/model_file.py"/>
        <source>{path} can't be read as an ONNX model. Download the model again.</source>
        <translation>{path} ne peut pas être lu comme modèle ONNX. Téléchargez le modèle à nouveau.</translation>
    </message>
    <message>
        <location filename="vlm/graphs/session.py"/>
        <source>{path} is missing. Download the model again.</source>
        <translation>{path} manque. Téléchargez le modèle à nouveau.</translation>
    </message>
    <message>
        <location filename="vlm/graphs/session.py"/>
        <source>{path} isn't the expected part of a SmolVLM model: it has no {lacking}. Download the model again.</source>
        <translation>{path} n’est pas la partie attendue d’un modèle SmolVLM : il lui manque {lacking}. Téléchargez le modèle à nouveau.</translation>
    </message>
    <message>
        <location filename="vlm/graphs/session.py"/>
        <source>{path} can't be opened as a model ({first_line}). Verify it or download it again.</source>
        <translation>{path} ne peut pas être ouvert comme modèle ({first_line}). Vérifiez-le ou téléchargez-le à nouveau.</translation>
    </message>
    <message>
        <location filename="vlm/graphs/session.py"/>
        <source>{path} failed while it ran ({first_line}). Verify the model, or prepare it again.</source>
        <translation>{path} a échoué en cours de route ({first_line}). Vérifiez le modèle, ou préparez-le à nouveau.</translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>{repository} doesn't have a revision. Choose another mirror.</source>
        <translation>{repository} n’a pas de révision. Choisissez un autre miroir.</translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>{title} needs {needed} GB in {parent} and {free} GB are free. Make room, then try again.</source>
        <translation>{title} demande {needed} Go dans {parent} et {free} Go sont libres. Faites de la place, puis réessayez.</translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>{title} can't be written to {models} ({value}). Make room or choose another folder, then start the download again: it goes on.</source>
        <translation>{title} ne peut pas être écrit dans {models} ({value}). Faites de la place ou choisissez un autre dossier, puis relancez le téléchargement : il reprend.</translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>{name} is larger than the hub said. Try again later or from another mirror.</source>
        <translation>{name} est plus grand que le hub ne l’a dit. Réessayez plus tard ou depuis un autre miroir.</translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>{name} isn't what the hub announced (its checksum differs), so it was deleted. Try again later or from another mirror.</source>
        <translation>{name} n’est pas ce que le hub a annoncé (sa somme de contrôle diffère) et a été supprimé. Réessayez plus tard ou depuis un autre miroir.</translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>{name} has {total} bytes on the server and should have {size}. Try again later or from another mirror.</source>
        <translation>{name} a {total} octets sur le serveur et devrait en avoir {size}. Réessayez plus tard ou depuis un autre miroir.</translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>The connection was lost while {name} came. Start the download again: it goes on where it stopped.</source>
        <translation>La connexion a été perdue pendant que {name} venait. Relancez le téléchargement : il reprend là.</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{title} isn't installed.</source>
        <translation>{title} n’est pas installé.</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{source} doesn't hold {title}: it needs {lacking}.</source>
        <translation>{source} ne contient pas {title} : il manque {lacking}.</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{path} belongs to another model: it is of kind {kind}, {title} is of kind {kind2}.</source>
        <translation>{path} appartient à un autre modèle : il est de sorte {kind}, {title} de sorte {kind2}.</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{path} belongs to another model: its hidden size is {hidden}, that of {title} is {hidden2}.</source>
        <translation>{path} appartient à un autre modèle : sa taille cachée est {hidden}, celle de {title} est {hidden2}.</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{path} is damaged. Remove the model and download it again.</source>
        <translation>{path} est endommagé. Supprimez le modèle et téléchargez-le à nouveau.</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{name} is missing</source>
        <translation>{name} manque</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{source} can't be copied to {folder} ({value}).</source>
        <translation>{source} ne peut pas être copié vers {folder} ({value}).</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>has {size} bytes instead of {size2}</source>
        <translation>a {size} octets au lieu de {size2}</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{source} isn't {title}'s file as it is known: it {what}. It may be damaged: get it again. If it is of another revision, say so: cardscanner models download {id} --from {source2} --newest</source>
        <translation>{source} n’est pas le fichier connu de {title} : il {what}. Il est peut-être endommagé : reprenez-le. S’il est d’une autre révision : cardscanner models download {id} --from {source2} --newest</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{models} is damaged. Delete it to pin the models anew.</source>
        <translation>{models} est endommagé. Supprimez-le pour fixer les modèles à nouveau.</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{path} can't be read as a model's configuration. Download the model again.</source>
        <translation>{path} ne peut pas être lu comme configuration d’un modèle. Téléchargez le modèle à nouveau.</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{name} has {st_size} bytes instead of {size}</source>
        <translation>{name} a {st_size} octets au lieu de {size}</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{folder} can't be removed ({value}).</source>
        <translation>{folder} ne peut pas être supprimé ({value}).</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{name} was changed</source>
        <translation>{name} a été modifié</translation>
    </message>
    <message>
        <location filename="vlm/models.py"/>
        <source>verifies cards; about two seconds each</source>
        <translation>vérifie les cartes ; environ deux secondes chacune</translation>
    </message>
    <message>
        <location filename="vlm/models.py"/>
        <source>smaller and a little faster; for previews</source>
        <translation>plus petit et un peu plus rapide ; pour un aperçu</translation>
    </message>
    <message>
        <location filename="vlm/models.py"/>
        <source>the second generation, of the same size; untested</source>
        <translation>la deuxième génération, de même taille ; non testée</translation>
    </message>
    <message>
        <location filename="vlm/models.py"/>
        <source>{name} ({size} MB)</source>
        <translation>{name} ({size} Mo)</translation>
    </message>
    <message>
        <location filename="vlm/models.py"/>
        <source>There is no model {model_id}. There is {models}.</source>
        <translation>Il n’y a pas de modèle {model_id}. Il y a {models}.</translation>
    </message>
    <message>
        <location filename="vlm/models.py"/>
        <source>{title} has no variant {variant}. It has {megabytes}.</source>
        <translation>{title} n’a pas de variante {variant}. Il y a {megabytes}.</translation>
    </message>
    <message>
        <location filename="vlm/pictures.py"/>
        <source>{path} wants other tiles than the model's processor makes. Download the model again.</source>
        <translation>{path} veut d’autres tuiles que celles du processeur du modèle. Téléchargez le modèle à nouveau.</translation>
    </message>
    <message>
        <location filename="vlm/plan.py"/>
        <source>The model in {folder} isn't prepared yet. Prepare it first.</source>
        <translation>Le modèle dans {folder} n’est pas encore préparé. Préparez-le d’abord.</translation>
    </message>
    <message>
        <location filename="vlm/plan.py"/>
        <source>{path} can't be read ({value}).</source>
        <translation>{path} ne peut pas être lu ({value}).</translation>
    </message>
    <message>
        <location filename="vlm/plan.py"/>
        <source>{path} is damaged. Prepare the model again.</source>
        <translation>{path} est endommagé. Préparez le modèle à nouveau.</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>reading the model's configuration</source>
        <translation>lecture de la configuration du modèle</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>a folder without any is refused before</source>
        <translation>un dossier sans aucun est refusé avant</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>saved optimised {part}</source>
        <translation>partie {part} optimisée enregistrée</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>{folder} lacks {lacking}. Download the model again.</source>
        <translation>Il manque {lacking} à {folder}. Téléchargez le modèle à nouveau.</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>{title} isn't installed: cardscanner models download {id}</source>
        <translation>{title} n’est pas installé : cardscanner models download {id}</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>reading the files again</source>
        <translation>relecture des fichiers</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>{title} isn't used: {broken}. Get the files again with: cardscanner models download {id}</source>
        <translation>{title} n’est pas utilisé : {broken}. Reprenez les fichiers avec : cardscanner models download {id}</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>looking at the decoder</source>
        <translation>examen du décodeur</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>looking at the vision tower</source>
        <translation>examen de la partie visuelle</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>asking for a first token</source>
        <translation>demande d’un premier jeton</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>opens in {value} -&gt; {value2} ms</source>
        <translation>s’ouvre en {value} -&gt; {value2} ms</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>The prepared model can't be written to {folder} ({value}). Make room and prepare it again.</source>
        <translation>Le modèle préparé ne peut pas être écrit dans {folder} ({value}). Faites de la place et préparez-le à nouveau.</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>{path} doesn't go with the other files: a tile becomes {rows} x {shape} values, and they take {wanted} x {wanted2}. Download the model again.</source>
        <translation>{path} ne va pas avec les autres fichiers : une tuile devient {rows} x {shape} valeurs, et ils en attendent {wanted} x {wanted2}. Téléchargez le modèle à nouveau.</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>{path} computes no numbers on this processor. Choose another variant of the model.</source>
        <translation>{path} ne calcule pas de nombres sur ce processeur. Choisissez une autre variante du modèle.</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>embedding {variant}</source>
        <translation>plongement {variant}</translation>
    </message>
    <message>
        <location filename="vlm/tokenizer_file.py"/>
        <source>{path} can't be read as a tokenizer. {remedy} the model again.</source>
        <translation>{path} ne peut pas être lu comme tokenizer. {remedy} (le modèle).</translation>
    </message>
    <message>
        <location filename="vlm/upkeep.py"/>
        <source>it was prepared with ONNX Runtime {runtime}</source>
        <translation>il a été préparé avec ONNX Runtime {runtime}</translation>
    </message>
    <message>
        <location filename="vlm/upkeep.py"/>
        <source>it was prepared on another processor</source>
        <translation>il a été préparé sur un autre processeur</translation>
    </message>
    <message>
        <location filename="vlm/upkeep.py"/>
        <source>it was never prepared</source>
        <translation>il n’a jamais été préparé</translation>
    </message>
    <message>
        <location filename="vlm/variants.py"/>
        <source>{repository} doesn't have {lacking}.{hint}</source>
        <translation>{repository} n’a pas {lacking}.{hint}</translation>
    </message>
    <message>
        <location filename="vlm/vocabulary.py"/>
        <source>The tokenizer doesn't know {token}: it belongs to another model. Download the model again.</source>
        <translation>Le tokenizer ne connaît pas {token} : il appartient à un autre modèle. Téléchargez le modèle à nouveau.</translation>
    </message>
</context>
</TS>
