<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja" sourcelanguage="en">
<context>
    <name>window</name>
    <message>
        <location filename="core/words.py"/>
        <source> and </source>
        <translation>と</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>Saved {salvaged}. The damaged file is kept as “{kept}”. Start Cardscanner again.</source>
        <translation>{salvaged}を救出しました。壊れたファイルは「{kept}」として残してあります。Cardscannerをもう一度起動してください。</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>Restored {copies:,} cards of {day}. The damaged file is kept as “{kept}”. Start Cardscanner again.</source>
        <translation>{day}のカード{copies:,}枚を復元しました。壊れたファイルは「{kept}」として残してあります。Cardscannerをもう一度起動してください。</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>Cardscanner (safe mode)</source>
        <translation>Cardscanner（セーフモード）</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>Open Cardscanner's window.</source>
        <translation>Cardscannerのウィンドウを開きます。</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>pictures or folders to scan at once</source>
        <translation>すぐにスキャンする画像またはフォルダー</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>start live scanning from this camera, video, folder of pictures or stream</source>
        <translation>このカメラ、動画、画像フォルダー、ストリームでライブスキャンを始める</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>where collection and catalogue are kept</source>
        <translation>コレクションとカタログの保存場所</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>start without models, network, pictures of printings, and your settings and layout; collection and catalogue are there</source>
        <translation>モデル、ネットワーク、版の画像、設定とレイアウトなしで起動します。コレクションとカタログは使えます</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>There is no card catalogue yet.</source>
        <translation>カードカタログがまだありません。</translation>
    </message>
    <message>
        <location filename="app.py"/>
        <source>Error: {error}</source>
        <translation>エラー: {error}</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>waiting its turn</source>
        <translation>順番待ち</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>paused</source>
        <translation>一時停止中</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>done</source>
        <translation>完了</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>cancelled</source>
        <translation>中止</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/activity/batches.py"/>
        <source>{n} pictures</source>
        <extracomment>one: {n} picture</extracomment>
        <translation><numerusform>画像{n}枚</numerusform></translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>{ended:,} of {pictures}</source>
        <translation>{pictures}中{ended:,}枚</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>{failed:,} couldn't be read</source>
        <translation>{failed:,}枚は読み取れず</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>{same:,} the same as another</source>
        <translation>{same:,}枚は別のものと同じ</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>{counted_before:,} scanned before</source>
        <translation>{counted_before:,}枚はスキャン済み</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>{name}: how far it is</source>
        <translation>{name}: 進み具合</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Pause: the picture that is being read is finished, the others wait</source>
        <translation>一時停止: 読み取り中の画像を終え、ほかは待ちます</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Go on with the rest</source>
        <translation>残りを再開</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Read the {pictures} again that failed</source>
        <translation>失敗した{pictures}を読み直す</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Take all cards of this batch back, out of your collection and Review</source>
        <translation>このバッチのカードをすべて、コレクションと「確認」から取り消す</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Cancel what is left; what was recorded stays</source>
        <translation>残りを中止。記録済みのものは残ります</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Drop a folder of pictures on the scan page, and it is a batch.</source>
        <translation>画像のフォルダーを「スキャン」ページにドロップすると、バッチになります。</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Pause</source>
        <translation>一時停止</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Go on</source>
        <translation>再開</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Try again</source>
        <translation>再試行</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <location filename="qt/activity/batches.py"/>
        <source>Take back</source>
        <translation>取り消す</translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>Times, caches and curves ▸</source>
        <translation>時間、キャッシュ、グラフ ▸</translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>Times, caches and curves ▾</source>
        <translation>時間、キャッシュ、グラフ ▾</translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>How long each step took, how often an answer was known before</source>
        <translation>各手順にかかった時間と、答えが既知だった頻度</translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>Batches</source>
        <translation>バッチ</translation>
    </message>
    <message>
        <location filename="qt/activity/body.py"/>
        <source>What happened to each card</source>
        <translation>各カードに起きたこと</translation>
    </message>
    <message>
        <location filename="qt/activity/charts.py"/>
        <source>{title}, the last five minutes</source>
        <translation>{title}（直近5分）</translation>
    </message>
    <message>
        <location filename="qt/activity/charts.py"/>
        <source>5 minutes ago</source>
        <translation>5分前</translation>
    </message>
    <message>
        <location filename="qt/activity/charts.py"/>
        <source>most {words}</source>
        <translation>最大 {words}</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Time a picture</source>
        <translation>画像1枚の時間</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Cards a minute</source>
        <translation>1分あたりのカード</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Memory</source>
        <translation>メモリ</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Processor</source>
        <translation>プロセッサー</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Time by step</source>
        <translation>手順ごとの時間</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Found in caches</source>
        <translation>キャッシュで見つかったもの</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>in use by Cardscanner</source>
        <translation>Cardscannerが使用中</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>of all cores</source>
        <translation>全コア中</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Where the time goes</source>
        <translation>時間の内訳</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Known before</source>
        <translation>既知</translation>
    </message>
    <message>
        <location filename="qt/activity/details.py"/>
        <source>Reading model</source>
        <translation>読み取りモデル</translation>
    </message>
    <message>
        <location filename="qt/activity/log.py"/>
        <source>Decisions, newest first</source>
        <translation>判断（新しい順）</translation>
    </message>
    <message>
        <location filename="qt/activity/log.py"/>
        <source>Why each answer was given, newest first (Ctrl+C copies)</source>
        <translation>それぞれの答えの理由（新しい順、Ctrl+Cでコピー）</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Since {fromtimestamp:%H:%M}</source>
        <translation>{fromtimestamp:%H:%M}から</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Since start</source>
        <translation>起動後</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>All time</source>
        <translation>全期間</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Took back {cards} of this batch</source>
        <translation>このバッチの{cards}を取り消しました</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Nothing has happened yet</source>
        <translation>まだ何もありません</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Scan a card, and this page shows how many there were today, how long one took, and why each answer was given.</source>
        <translation>カードをスキャンすると、今日の枚数、1枚の時間、それぞれの答えの理由がここに表示されます。</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Scan some cards</source>
        <translation>カードをスキャン</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Activity</source>
        <translation>動作状況</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Undo</source>
        <translation>元に戻す</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Figures since the program was started</source>
        <translation>プログラム起動後の数値</translation>
    </message>
    <message>
        <location filename="qt/activity/page.py"/>
        <source>Figures of all times that it was used</source>
        <translation>使い始めてからの数値</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/activity/page.py"/>
        <source>{n} cards</source>
        <extracomment>one: {n} card</extracomment>
        <translation><numerusform>カード{n}枚</numerusform></translation>
    </message>
    <message>
        <location filename="qt/activity/space.py"/>
        <source>collection and photos</source>
        <translation>コレクションと写真</translation>
    </message>
    <message>
        <location filename="qt/activity/space.py"/>
        <source>other</source>
        <translation>その他</translation>
    </message>
    <message>
        <location filename="qt/activity/space.py"/>
        <source>catalogue</source>
        <translation>カタログ</translation>
    </message>
    <message>
        <location filename="qt/activity/space.py"/>
        <source>backups</source>
        <translation>バックアップ</translation>
    </message>
    <message>
        <location filename="qt/activity/space.py"/>
        <source>models</source>
        <translation>モデル</translation>
    </message>
    <message>
        <location filename="qt/activity/space.py"/>
        <source>logs</source>
        <translation>ログ</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Step</source>
        <translation>手順</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>What is done to each picture, in this order</source>
        <translation>各画像に行うこと（順に）</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>By</source>
        <translation>担当</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Who did it</source>
        <translation>行ったもの</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Times</source>
        <translation>回数</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>How often it was done</source>
        <translation>行った回数</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Half of them took less</source>
        <translation>半分はこれより短時間</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>19 of 20 took less</source>
        <translation>20回中19回はこれより短時間</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>99 of 100 took less</source>
        <translation>100回中99回はこれより短時間</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Cache</source>
        <translation>キャッシュ</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Where an earlier answer is looked for, in this order</source>
        <translation>以前の答えを探す場所（順に）</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>For the</source>
        <translation>対象</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>What would be answered again</source>
        <translation>再び答えるもの</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Asked</source>
        <translation>照会</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>How often it was looked for</source>
        <translation>探した回数</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>Found</source>
        <translation>発見</translation>
    </message>
    <message>
        <location filename="qt/activity/tables.py"/>
        <source>How much of it was found</source>
        <translation>見つかった割合</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>{percent} of today's cards</source>
        <translation>今日のカードの{percent}</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>none yet</source>
        <translation>まだありません</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>{kept:,} in your collection</source>
        <translation>コレクションに{kept:,}枚</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>it asks where it isn't sure</source>
        <translation>確かでないときはお尋ねします</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>it was sure of all of them</source>
        <translation>すべて確かでした</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>Cards today</source>
        <translation>今日のカード</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>Cards that were scanned since midnight</source>
        <translation>午前0時以降にスキャンしたカード</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>Time a card</source>
        <translation>カード1枚の時間</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>From opening the picture to the last answer, shared among its cards</source>
        <translation>画像を開いてから最後の答えまでを、そのカードで割った時間</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>How many of today's cards it wasn't sure of: it asks rather than guesses</source>
        <translation>今日のカードのうち確かでなかった枚数。推測せずにお尋ねします</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>Space used</source>
        <translation>使用容量</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>What everything in the data folder takes on the disk</source>
        <translation>データフォルダーのすべてがディスクで占める容量</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>{asked:,} of {cards:,}</source>
        <translation>{asked:,} / {cards:,}</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>{waiting:,} waiting for you</source>
        <translation>{waiting:,}枚が確認待ち</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>{rejected:,} rejected</source>
        <translation>{rejected:,}枚を却下</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>since the program was started</source>
        <translation>プログラムの起動後</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>over all time</source>
        <translation>全期間</translation>
    </message>
    <message>
        <location filename="qt/activity/today.py"/>
        <source>nothing was measured yet</source>
        <translation>まだ測定されていません</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Whole picture</source>
        <translation>画像全体</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Open the picture</source>
        <translation>画像を開く</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Search the caches</source>
        <translation>キャッシュを探す</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Find the cards</source>
        <translation>カードを見つける</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Straighten</source>
        <translation>まっすぐにする</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Check what was known</source>
        <translation>既知のものを確かめる</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Read the text</source>
        <translation>文字を読む</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Look it up</source>
        <translation>調べる</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Look ahead</source>
        <translation>先に見る</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Ask the model</source>
        <translation>モデルに尋ねる</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Text recognition</source>
        <translation>文字認識</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Card finder</source>
        <translation>カード検出</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Catalogue</source>
        <translation>カタログ</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>This program</source>
        <translation>このプログラム</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Redis</source>
        <translation>Redis</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Database</source>
        <translation>データベース</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>same picture</source>
        <translation>同じ画像</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>same card</source>
        <translation>同じカード</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{ms:.1f} min</source>
        <translation>{ms:.1f}分</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{seconds:.1f} hours left</source>
        <translation>残り{seconds:.1f}時間</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{cards} from {pictures}</source>
        <translation>{pictures}から{cards}</translation>
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
        <translation>残り数秒</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{ceil} seconds left</source>
        <translation>残り{ceil}秒</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{minutes} left</source>
        <translation>残り{minutes}</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>no picture yet</source>
        <translation>画像はまだありません</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>half of all pictures take less</source>
        <translation>画像の半分はこれより短時間</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>{milliseconds} saved, {speculation_adopted:,} of {speculation_adopted2:,} used</source>
        <translation>{milliseconds}節約、{speculation_adopted2:,}件中{speculation_adopted:,}件使用</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>while reading, {words}</source>
        <translation>読み取り時、{words}</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Of all answers</source>
        <translation>すべての答えのうち</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Answers that came from a cache, of all answers</source>
        <translation>すべての答えのうち、キャッシュから得た答え</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Read ahead</source>
        <translation>先読み</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Work that was begun before the card lay still, and the time that it saved</source>
        <translation>カードが静止する前に始めた処理と、節約した時間</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Expected card came</source>
        <translation>予想したカードが来た</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>How often the next card was the one that was expected after the last</source>
        <translation>次のカードが、前のカードから予想したものだった割合</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Model switches</source>
        <translation>モデルの切り替え</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>How often another reading model was loaded in place of the one before</source>
        <translation>前のモデルに代えて別の読み取りモデルを読み込んだ回数</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Agreed</source>
        <translation>一致</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>It read what the answer says</source>
        <translation>答えと同じ内容を読み取りました</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Added</source>
        <translation>追加日</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>It read what nobody had read before</source>
        <translation>まだ読み取られていなかった内容を読み取りました</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Settled</source>
        <translation>決定</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Cards that were unsure without it</source>
        <translation>モデルなしでは不確かだったカード</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Contradicted</source>
        <translation>不一致</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>It read something else, and was sure</source>
        <translation>別の内容を確信をもって読み取りました</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Refused by the control</source>
        <translation>検査で拒否</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>It confirmed what was expected, but does so on a blank card too</source>
        <translation>予想どおりと確認しましたが、白紙のカードでも同じでした</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Cards that a model has read too</source>
        <translation>モデルも読んだカード</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Looked at ahead</source>
        <translation>先に見た画像</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Pictures that the model knew already when it began to read</source>
        <translation>モデルが読み始めたとき、すでに知っていた画像</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>Threads</source>
        <translation>スレッド</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>How the model uses this computer: see Reading models</source>
        <translation>モデルのコンピューターの使い方:「読み取りモデル」をご覧ください</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>memory locked</source>
        <translation>メモリ固定</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/activity/words.py"/>
        <source>{n} minutes</source>
        <extracomment>one: {n} minute</extracomment>
        <translation><numerusform>{n}分</numerusform></translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source> (limit {megabytes})</source>
        <translation>（上限{megabytes}）</translation>
    </message>
    <message>
        <location filename="qt/activity/words.py"/>
        <source>memory not locked{limit}</source>
        <translation>メモリ固定なし{limit}</translation>
    </message>
    <message>
        <location filename="qt/card/asked.py"/>
        <source>{name}: which of {in_words}?</source>
        <translation>{name}: {in_words}のうちどれですか？</translation>
    </message>
    <message>
        <location filename="qt/card/asked.py"/>
        <source>{name}: is it this one?</source>
        <translation>{name}: これですか？</translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>Read by</source>
        <translation>読み取り</translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>Set code {code}</source>
        <translation>セット記号 {code}</translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>Number {number}</source>
        <translation>番号 {number}</translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>Reading…</source>
        <translation>読み取り中…</translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>No name read</source>
        <translation>名前を読み取れません</translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>Set not settled</source>
        <translation>セット未確定</translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>No number read</source>
        <translation>番号を読み取れません</translation>
    </message>
    <message>
        <location filename="qt/card/card_facts.py"/>
        <source>{text} (not sure)</source>
        <translation>{text}（不確か）</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>not sure, Y confirms</source>
        <translation>不確か、Yで確定</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>suggested, Y confirms</source>
        <translation>推測、Yで確定</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>Finish</source>
        <translation>加工</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>The printing exists in more than one finish, and the picture doesn't tell for sure.
Confirm that this one is right (Y), or choose another.</source>
        <translation>この版には複数の加工があり、画像からは確実に分かりません。
これで正しければ確定し（Y）、違えば別のものを選んでください。</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>The printing exists in several languages, and the picture doesn't tell which.
Confirm that this one is right (Y), or choose another.</source>
        <translation>この版には複数の言語があり、画像からは判別できません。
これで正しければ確定し（Y）、違えば選び直してください。</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>Condition</source>
        <translation>状態</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>Language</source>
        <translation>言語</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>Copies</source>
        <translation>枚数</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>Note</source>
        <translation>メモ</translation>
    </message>
    <message>
        <location filename="qt/card/copy_form.py"/>
        <source>Signed, from a trade, in the red binder…</source>
        <translation>サイン入り、交換品、赤いバインダー…</translation>
    </message>
    <message>
        <location filename="qt/card/other_match.py"/>
        <source>Type a code or a name: PAL 12</source>
        <translation>記号か名前を入力: PAL 12</translation>
    </message>
    <message>
        <location filename="qt/card/other_match.py"/>
        <source>Search the catalogue</source>
        <translation>カタログを検索</translation>
    </message>
    <message>
        <location filename="qt/card/other_match.py"/>
        <source>Printings found</source>
        <translation>見つかった版</translation>
    </message>
    <message>
        <location filename="qt/card/other_match.py"/>
        <source>Nothing in the catalogue fits “{text}”</source>
        <translation>「{text}」に合うものがカタログにありません</translation>
    </message>
    <message>
        <location filename="qt/card/other_match_dialog.py"/>
        <source>Other match</source>
        <translation>別の候補</translation>
    </message>
    <message>
        <location filename="qt/card/other_match_dialog.py"/>
        <source>Which printing is it?</source>
        <translation>どの版ですか？</translation>
    </message>
    <message>
        <location filename="qt/card/other_match_dialog.py"/>
        <source>Use this one</source>
        <translation>これを使う</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Tags</source>
        <translation>タグ</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>for trade, signed</source>
        <translation>交換用、サイン入り</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Folder or binder</source>
        <translation>フォルダーまたはバインダー</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Red binder</source>
        <translation>赤いバインダー</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Position</source>
        <translation>位置</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>page 3, 4</source>
        <translation>3、4ページ</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Price paid</source>
        <translation>購入価格</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Currency</source>
        <translation>通貨</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Bought on</source>
        <translation>購入日</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Graded by</source>
        <translation>鑑定会社</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Grade</source>
        <translation>グレード</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Certificate</source>
        <translation>鑑定番号</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>Stamp or pattern</source>
        <translation>スタンプ・模様</translation>
    </message>
    <message>
        <location filename="qt/card/own_form.py"/>
        <source>staff, Poké Ball</source>
        <translation>スタッフ、モンスターボール</translation>
    </message>
    <message>
        <location filename="qt/card/own_values.py"/>
        <source>“{typed}” is no price: write 12.50.</source>
        <translation>「{typed}」は価格ではありません。12.50のように書いてください。</translation>
    </message>
    <message>
        <location filename="qt/card/own_values.py"/>
        <source>“{typed}” is no date: write 2025-03-14.</source>
        <translation>「{typed}」は日付ではありません。2025-03-14のように書いてください。</translation>
    </message>
    <message>
        <location filename="qt/card/picture_view.py"/>
        <source>Picture</source>
        <translation>画像</translation>
    </message>
    <message>
        <location filename="qt/card/read_by.py"/>
        <source>Known from before</source>
        <translation>以前からの既知のカード</translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>Closer</source>
        <translation>拡大</translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>Ctrl++, or the wheel</source>
        <translation>Ctrl++、またはホイール</translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>Further away</source>
        <translation>縮小</translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>Ctrl+−, or the wheel</source>
        <translation>Ctrl+−、またはホイール</translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>All of it</source>
        <translation>全体</translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>Ctrl+0, or a double click</source>
        <translation>Ctrl+0、またはダブルクリック</translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>Turn</source>
        <translation>回転</translation>
    </message>
    <message>
        <location filename="qt/card/zoom_view.py"/>
        <source>{name}: picture</source>
        <translation>{name}: 画像</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>Add cards</source>
        <translation>カードを追加</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>List of cards</source>
        <translation>カードの一覧</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>One card a line, such as
PAL 12 x2
3 Sprigatito SVI 13</source>
        <translation>1行に1枚、例:
PAL 12 x2
3 Sprigatito SVI 13</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>What the lines mean</source>
        <translation>行の意味</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>Add</source>
        <translation>追加</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>You wrote</source>
        <translation>入力内容</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>Card</source>
        <translation>カード</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>1 to {most:,} copies, please</source>
        <translation>1～{most:,}枚で指定してください</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>Add {cards}</source>
        <translation>{cards}を追加</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>{lines} without a card: they are left out.</source>
        <translation>カードのない{lines}は除外されます。</translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>Which one?</source>
        <translation>どれですか？</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/collection/add_dialog.py"/>
        <source>{n} lines</source>
        <extracomment>one: {n} line</extracomment>
        <translation><numerusform>{n}行</numerusform></translation>
    </message>
    <message>
        <location filename="qt/collection/add_dialog.py"/>
        <source>Not found</source>
        <translation>見つかりません</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>copies</source>
        <translation>枚数</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>price</source>
        <translation>価格</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>currency</source>
        <translation>通貨</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>bought on</source>
        <translation>購入日</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>card</source>
        <translation>カード</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>finish confirmed</source>
        <translation>加工を確定</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>language confirmed</source>
        <translation>言語を確定</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>finish</source>
        <translation>加工</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>language</source>
        <translation>言語</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>position</source>
        <translation>位置</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>graded by</source>
        <translation>鑑定会社</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>certificate</source>
        <translation>鑑定番号</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>line {field}</source>
        <translation>{field}行目</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>Changes</source>
        <translation>変更履歴</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>What was done to your collection, the last first. Edit → Undo takes back what was done since the program started.</source>
        <translation>コレクションに行ったこと（新しい順）。編集→元に戻すで、起動後に行ったことを取り消せます。</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>Nothing was changed yet.</source>
        <translation>まだ変更はありません。</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>When</source>
        <translation>日時</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>Where</source>
        <translation>場所</translation>
    </message>
    <message>
        <location filename="qt/collection/changes_dialog.py"/>
        <source>Scans</source>
        <translation>スキャン</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Name</source>
        <translation>名前</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Set</source>
        <translation>セット</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Number</source>
        <translation>番号</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Rarity</source>
        <translation>レアリティ</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Code</source>
        <translation>記号</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Folder</source>
        <translation>フォルダー</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Price</source>
        <translation>価格</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Bought</source>
        <translation>購入日</translation>
    </message>
    <message>
        <location filename="qt/collection/columns.py"/>
        <source>Stamp</source>
        <translation>スタンプ</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>Trash</source>
        <translation>ゴミ箱</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>The last ones first. What was deleted stays here for 30 days.</source>
        <translation>新しい順です。削除したものは30日間ここに残ります。</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>Put back</source>
        <translation>戻す</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>The Trash is empty.</source>
        <translation>ゴミ箱は空です。</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>{set_line} · {number_line} · deleted {words}</source>
        <translation>{set_line} · {number_line} · 削除 {words}</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>{lines} back in your collection</source>
        <translation>{lines}をコレクションに戻しました</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>Delete</source>
        <translation>削除</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>Delete {lines} of your collection?</source>
        <translation>コレクションの{lines}を削除しますか？</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>They stay in the Trash for 30 days.</source>
        <translation>30日間ゴミ箱に残ります。</translation>
    </message>
    <message>
        <location filename="qt/collection/deleting.py"/>
        <source>Delete {lines:,}</source>
        <translation>{lines:,}行を削除</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source> (not sure)</source>
        <translation>（不確か）</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Scans of this card</source>
        <translation>このカードのスキャン</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Card details</source>
        <translation>カードの詳細</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Other printings</source>
        <translation>別の版</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Facts</source>
        <translation>情報</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Scans ({scans})</source>
        <translation>スキャン（{scans}）</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Other printings ({printings})</source>
        <translation>別の版（{printings}）</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>No picture</source>
        <translation>画像なし</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>you have {copies}</source>
        <translation>所持 {copies}枚</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>not in your collection</source>
        <translation>コレクションにありません</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Paid</source>
        <translation>購入価格</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Graded</source>
        <translation>鑑定</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Why</source>
        <translation>理由</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>From</source>
        <translation>取得元</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Series</source>
        <translation>シリーズ</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Exists as</source>
        <translation>存在する加工</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Names</source>
        <translation>名前</translation>
    </message>
    <message>
        <location filename="qt/collection/details_dialog.py"/>
        <source>Id</source>
        <translation>ID</translation>
    </message>
    <message>
        <location filename="qt/collection/dialogs.py"/>
        <source>{lines} of your collection: {label}</source>
        <translation>コレクションの{lines}: {label}</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>{lines} to write</source>
        <translation>書き込む行: {lines}</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Wrote {lines} to {name}</source>
        <translation>{lines}を{name}に書き込みました</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Export</source>
        <translation>エクスポート</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Format</source>
        <translation>形式</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>The whole collection</source>
        <translation>コレクション全体</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>What the search “{text}” found</source>
        <translation>「{text}」の検索結果</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>File</source>
        <translation>ファイル</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Choose…</source>
        <translation>選択…</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Choose the file to write</source>
        <translation>書き込むファイルを選ぶ</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>The first rows of the file</source>
        <translation>ファイルの最初の数行</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>What was left out, and why</source>
        <translation>省かれたものとその理由</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Export your collection</source>
        <translation>コレクションをエクスポート</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Export a session</source>
        <translation>セッションをエクスポート</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Writing…</source>
        <translation>書き込み中…</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Looking at the cards…</source>
        <translation>カードを調べています…</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>; {cards} left out:</source>
        <translation>、{cards}を除外:</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Export to</source>
        <translation>エクスポート先</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>CSV files (*.csv)</source>
        <translation>CSVファイル (*.csv)</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Only what is selected ({lines})</source>
        <translation>選択したものだけ（{lines}）</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Only what is selected</source>
        <translation>選択したものだけ</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Cards</source>
        <translation>カード</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>Say which file to write</source>
        <translation>書き込むファイルを指定してください</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>{name} is there already: press again to replace it</source>
        <translation>{name}はすでにあります。置き換えるにはもう一度押してください</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>; not all that you noted of them:</source>
        <translation>（記録した内容の一部は含まれません）</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>{part}: no place for it, {lines}</source>
        <translation>{part}：入れる欄がありません、{lines}</translation>
    </message>
    <message>
        <location filename="qt/collection/export_dialog.py"/>
        <source>… and {left_out:,} more</source>
        <translation>… ほか{left_out:,}件</translation>
    </message>
    <message>
        <location filename="qt/collection/grid_view.py"/>
        <source>Collection</source>
        <translation>コレクション</translation>
    </message>
    <message>
        <location filename="qt/collection/group_headings.py"/>
        <source> in {lines}</source>
        <translation>（{lines}）</translation>
    </message>
    <message>
        <location filename="qt/collection/group_headings.py"/>
        <source>In no folder</source>
        <translation>フォルダーなし</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>The same file was imported before, and its cards are in your collection. Importing it again counts them once more.</source>
        <translation>同じファイルはインポート済みで、そのカードはコレクションにあります。もう一度インポートすると、二重に数えます。</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Line</source>
        <translation>行</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>{title}: {rows} to add</source>
        <translation>{title}: 追加する{rows}</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Imported {cards} from {name}</source>
        <translation>{name}から{cards}をインポートしました</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Import</source>
        <translation>インポート</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>A CSV file of another program, or one of your exports</source>
        <translation>ほかのプログラムのCSVファイル、またはエクスポートしたもの</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Choose the file to read</source>
        <translation>読み込むファイルを選ぶ</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>As its columns say</source>
        <translation>列の名前に従う</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Cards that would be added</source>
        <translation>追加されるカード</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Rows that wait for you, and why</source>
        <translation>待っている行と理由</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Import cards</source>
        <translation>カードをインポート</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Waiting in Review after the import</source>
        <translation>インポート後に「確認」で待つもの</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Looking into it…</source>
        <translation>調べています…</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Importing…</source>
        <translation>インポート中…</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Import from</source>
        <translation>インポート元</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Tables (*.csv *.tsv *.txt);;All files (*)</source>
        <translation>表 (*.csv *.tsv *.txt);;すべてのファイル (*)</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Choose a file to see what it would bring</source>
        <translation>ファイルを選ぶと、追加される内容を確認できます</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>, {waiting:,} for Review</source>
        <translation>、{waiting:,}行は要確認</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>, {none:,} without copies</source>
        <translation>、{none:,}行は枚数なし</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>; {waiting:,} wait in Review</source>
        <translation>、{waiting:,}行が「確認」で待っています</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Nothing was imported</source>
        <translation>何もインポートしませんでした</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Written by</source>
        <translation>作成プログラム</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Looking into it: {rows:,} rows so far…</source>
        <translation>調べています: ここまで{rows:,}行…</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/collection/import_dialog.py"/>
        <source>{n} rows</source>
        <extracomment>one: {n} row</extracomment>
        <translation><numerusform>{n}行</numerusform></translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>… and {more:,} more</source>
        <translation>… ほか{more:,}件</translation>
    </message>
    <message>
        <location filename="qt/collection/import_dialog.py"/>
        <source>Import once more</source>
        <translation>もう一度インポート</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Other match…</source>
        <translation>別の候補…</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>This is another printing (M)</source>
        <translation>これは別の版です (M)</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Details…</source>
        <translation>詳細…</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>All that is known of this card (Enter)</source>
        <translation>このカードについて分かっていることすべて (Enter)</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Delete from the collection (Del)</source>
        <translation>コレクションから削除 (Del)</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>−1 each</source>
        <translation>各−1</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Take one copy from each selected line; one is always left</source>
        <translation>選択した各行から1枚減らします。1枚は必ず残ります</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>+1 each</source>
        <translation>各+1</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Add one copy to each selected line</source>
        <translation>選択した各行に1枚加えます</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Delete {number:,}</source>
        <translation>{number:,}件を削除</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>{entries} selected</source>
        <translation>{entries}を選択中</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>Select a card to see it here</source>
        <translation>カードを選ぶとここに表示されます</translation>
    </message>
    <message>
        <location filename="qt/collection/inspector.py"/>
        <source>What you change here changes in all of them.</source>
        <translation>ここでの変更はすべてに反映されます。</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/collection/inspector.py"/>
        <source>{n} entries</source>
        <extracomment>one: {n} entry</extracomment>
        <translation><numerusform>{n}件</numerusform></translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Export…</source>
        <translation>エクスポート…</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Your collection is empty</source>
        <translation>コレクションは空です</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Cards you keep are listed here, to sort, search, edit and export.</source>
        <translation>保存したカードがここに並びます。並べ替え、検索、編集、エクスポートができます。</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Nothing found</source>
        <translation>見つかりませんでした</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Clear the search</source>
        <translation>検索を消去</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Add…</source>
        <translation>追加…</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Write cards to a file for another program (Ctrl+E)</source>
        <translation>ほかのプログラム用にカードをファイルに書き込む (Ctrl+E)</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Add cards by hand, or a list of their numbers</source>
        <translation>手入力または番号の一覧でカードを追加</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>The selected card</source>
        <translation>選択したカード</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>No card in your collection fits “{text}”.</source>
        <translation>「{text}」に合うカードがコレクションにありません。</translation>
    </message>
    <message>
        <location filename="qt/collection/page.py"/>
        <source>Lines that became the same are one line now</source>
        <translation>同じになった行を1行にまとめました</translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>Put into folder…</source>
        <translation>フォルダーに入れる…</translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>Copy as text</source>
        <translation>テキストとしてコピー</translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>Folder or binder:</source>
        <translation>フォルダーまたはバインダー:</translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>Tag:</source>
        <translation>タグ:</translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>One copy more each</source>
        <translation>それぞれ1枚増やす</translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>One copy less each</source>
        <translation>それぞれ1枚減らす</translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>Add a tag…</source>
        <translation>タグを追加…</translation>
    </message>
    <message>
        <location filename="qt/collection/row_menu.py"/>
        <source>Take off “{tag}”</source>
        <translation>「{tag}」を外す</translation>
    </message>
    <message>
        <location filename="qt/collection/search_field.py"/>
        <source>Search the collection (Ctrl+F)

char  or  “PAL 12”: words anywhere
set:PAL  rarity:rare  finish:reverse  lang:ja
qty&gt;1  number:1..20  condition&gt;=EX  grade&gt;=9  price&lt;5
tag:"for trade"  folder:red  -tag:*  has:photo
added:today  added:30d  bought:2025-03</source>
        <translation>コレクションを検索 (Ctrl+F)

char  または  “PAL 12”: どこかにある語
set:PAL  rarity:rare  finish:reverse  lang:ja
qty&gt;1  number:1..20  condition&gt;=EX  grade&gt;=9  price&lt;5
tag:"for trade"  folder:red  -tag:*  has:photo
added:today  added:30d  bought:2025-03</translation>
    </message>
    <message>
        <location filename="qt/collection/search_field.py"/>
        <source>Search: name, set, number, set:PAL qty&gt;1 …</source>
        <translation>検索: 名前、セット、番号、set:PAL qty&gt;1 …</translation>
    </message>
    <message>
        <location filename="qt/collection/search_field.py"/>
        <source>Search the collection</source>
        <translation>コレクションを検索</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Filters</source>
        <translation>フィルター</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Searches that you saved</source>
        <translation>保存した検索</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Save this search…</source>
        <translation>この検索を保存…</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Save this search</source>
        <translation>この検索を保存</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Name:</source>
        <translation>名前:</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>One line for each card</source>
        <translation>カードごとに1行</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Your photos of the cards</source>
        <translation>カードの写真</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Forget</source>
        <translation>削除する</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Table</source>
        <translation>表</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>Photos</source>
        <translation>写真</translation>
    </message>
    <message>
        <location filename="qt/collection/searches.py"/>
        <source>No filter is saved yet</source>
        <translation>保存したフィルターはまだありません</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Values</source>
        <translation>価値</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Show what cards are worth</source>
        <translation>カードの価値を表示</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Marketplace</source>
        <translation>マーケット</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Totals</source>
        <translation>合計</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Ask for prices now</source>
        <translation>今すぐ価格を問い合わせる</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>By set</source>
        <translation>セット別</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>By folder</source>
        <translation>フォルダー別</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Worth</source>
        <translation>価値</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Over time</source>
        <translation>推移</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>No price is known yet</source>
        <translation>価格はまだ分かりません</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>{copies:,} of {cards} have a price at {currenttext}; the oldest is of {day}. Stamped and graded cards are left out: the price of the plain card isn't theirs.</source>
        <translation>{cards}中{copies:,}枚に{currenttext}の価格があります。最も古いものは{day}です。スタンプ入りと鑑定済みのカードは、通常のカードと価格が違うため除いています。</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>The curve begins with the second day on which prices came.</source>
        <translation>価格を取得した2日目から曲線が表示されます。</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>What the collection was worth, day by day</source>
        <translation>コレクションの日ごとの価値</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Nothing is asked for while the settings say to stay offline.</source>
        <translation>設定がオフラインの間は問い合わせません。</translation>
    </message>
    <message>
        <location filename="qt/collection/values_dialog.py"/>
        <source>Asking for prices: {cards} so far…</source>
        <translation>価格を問い合わせ中: ここまで{cards}…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;File</source>
        <translation>ファイル(&amp;F)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Open pictures…</source>
        <translation>画像を開く(&amp;O)…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Open &amp;folder…</source>
        <translation>フォルダーを開く(&amp;D)…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Watch a folder…</source>
        <translation>フォルダーを監視(&amp;W)…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Import…</source>
        <translation>インポート(&amp;I)…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Export…</source>
        <translation>エクスポート(&amp;E)…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Back up…</source>
        <translation>バックアップ(&amp;B)…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Restore a backup…</source>
        <translation>バックアップを復元(&amp;R)…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Settings…</source>
        <translation>設定(&amp;S)…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Reading &amp;models…</source>
        <translation>読み取りモデル(&amp;M)…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Quit</source>
        <translation>終了(&amp;Q)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Edit</source>
        <translation>編集(&amp;E)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Undo</source>
        <translation>元に戻す(&amp;U)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Redo</source>
        <translation>やり直す(&amp;R)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Find</source>
        <translation>検索(&amp;F)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Select &amp;all</source>
        <translation>すべて選択(&amp;A)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Delete</source>
        <translation>削除(&amp;D)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Trash…</source>
        <translation>ゴミ箱(&amp;T)…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Add cards…</source>
        <translation>カードを追加(&amp;C)…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Changes…</source>
        <translation>変更履歴(&amp;H)…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Card</source>
        <translation>カード(&amp;C)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Keep</source>
        <translation>採用(&amp;K)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Keep &amp;all that ask the same</source>
        <translation>同じ質問のものをすべて採用(&amp;A)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Re&amp;ject</source>
        <translation>却下(&amp;J)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Other &amp;match…</source>
        <translation>別の候補(&amp;M)…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Later</source>
        <translation>後で(&amp;L)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Finish and language are right</source>
        <translation>加工と言語は正しい(&amp;F)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Stop scanning</source>
        <translation>スキャンを停止(&amp;S)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Pa&amp;use the batch</source>
        <translation>バッチを一時停止(&amp;U)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Go on with the batch</source>
        <translation>バッチを再開(&amp;G)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Rejected &amp;cards…</source>
        <translation>却下したカード(&amp;C)…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Pictures that couldn't be read…</source>
        <translation>読み取れなかった画像(&amp;P)…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;View</source>
        <translation>表示(&amp;V)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Picture c&amp;loser</source>
        <translation>画像を拡大(&amp;L)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Picture f&amp;urther away</source>
        <translation>画像を縮小(&amp;U)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Whole picture</source>
        <translation>画像全体(&amp;W)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Turn the picture</source>
        <translation>画像を回転(&amp;T)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Values…</source>
        <translation>価値(&amp;V)…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>C&amp;atalogue</source>
        <translation>カタログ(&amp;A)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Update the card catalogue</source>
        <translation>カードカタログを更新(&amp;U)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Stop the update</source>
        <translation>更新を停止(&amp;S)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Match waiting cards again</source>
        <translation>待機中のカードを再照合(&amp;M)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Fetch pictures of the printings…</source>
        <translation>版の画像を取得(&amp;F)…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Help</source>
        <translation>ヘルプ(&amp;H)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Guide</source>
        <translation>ガイド(&amp;G)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Keys</source>
        <translation>キー(&amp;K)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Welcome…</source>
        <translation>ようこそ(&amp;W)…</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;About Cardscanner</source>
        <translation>Cardscannerについて(&amp;A)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>Mark candidate &amp;{number}</source>
        <translation>候補&amp;{number}を選ぶ</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Live</source>
        <translation>ライブ(&amp;L)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>C&amp;olours</source>
        <translation>配色(&amp;O)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>As the s&amp;ystem</source>
        <translation>システムに合わせる(&amp;Y)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Light</source>
        <translation>明るい(&amp;L)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Dark</source>
        <translation>暗い(&amp;D)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Scan</source>
        <translation>スキャン(&amp;S)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Review</source>
        <translation>確認(&amp;R)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Collection</source>
        <translation>コレクション(&amp;C)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>S&amp;ets</source>
        <translation>セット(&amp;E)</translation>
    </message>
    <message>
        <location filename="qt/frame/actions.py"/>
        <source>&amp;Activity</source>
        <translation>動作状況(&amp;A)</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>Scan &amp;live</source>
        <translation>ライブスキャン(&amp;L)</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>&amp;Pause</source>
        <translation>一時停止(&amp;P)</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>&amp;Capture now</source>
        <translation>今すぐ撮影(&amp;C)</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>&amp;Take the last card back</source>
        <translation>最後のカードを取り消す(&amp;T)</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>Count another c&amp;opy</source>
        <translation>もう1枚数える(&amp;O)</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>Next &amp;finish</source>
        <translation>次の加工(&amp;F)</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>&amp;End the session</source>
        <translation>セッションを終了(&amp;E)</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>&amp;Discard the session</source>
        <translation>セッションを破棄(&amp;D)</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>&amp;Sessions…</source>
        <translation>セッション(&amp;S)…</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>Capture by &amp;itself</source>
        <translation>自動で撮影(&amp;I)</translation>
    </message>
    <message>
        <location filename="qt/frame/live_actions.py"/>
        <source>S&amp;ounds</source>
        <translation>音(&amp;O)</translation>
    </message>
    <message>
        <location filename="qt/frame/notice.py"/>
        <source>Notice</source>
        <translation>お知らせ</translation>
    </message>
    <message>
        <location filename="qt/frame/notice.py"/>
        <source>Close this notice</source>
        <translation>このお知らせを閉じる</translation>
    </message>
    <message>
        <location filename="qt/frame/notice.py"/>
        <source>{covered} more</source>
        <translation>ほか{covered}件</translation>
    </message>
    <message>
        <location filename="qt/frame/pages.py"/>
        <source>Scan</source>
        <translation>スキャン</translation>
    </message>
    <message>
        <location filename="qt/frame/pages.py"/>
        <source>Review</source>
        <translation>確認</translation>
    </message>
    <message>
        <location filename="qt/frame/pages.py"/>
        <source>Sets</source>
        <translation>セット</translation>
    </message>
    <message>
        <location filename="qt/frame/panes.py"/>
        <source>Show: {title}</source>
        <translation>表示: {title}</translation>
    </message>
    <message>
        <location filename="qt/frame/rail.py"/>
        <source>, {number} waiting</source>
        <translation>、{number}件待機中</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Finish of new cards, where the picture doesn't tell</source>
        <translation>画像から分からないときの、新しいカードの加工</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Condition of new cards</source>
        <translation>新しいカードの状態</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Language of new cards, where the picture doesn't tell</source>
        <translation>画像から分からないときの、新しいカードの言語</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Box or note</source>
        <translation>箱またはメモ</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Note of new cards</source>
        <translation>新しいカードのメモ</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Goes into the note of each new card, such as the box you put it in</source>
        <translation>入れる箱など、新しいカードそれぞれのメモに入ります</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Auto</source>
        <translation>自動</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Capture cards by itself</source>
        <translation>カードを自動で撮影</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Read each card as soon as it lies still; without, Space reads it</source>
        <translation>カードが静止するとすぐに読みます。オフの場合はスペースキーで読みます</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Sounds</source>
        <translation>音</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>A click for each card, two tones for a doubt</source>
        <translation>カードごとにクリック音、疑わしいときは2音</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>New cards</source>
        <translation>新しいカード</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Session</source>
        <translation>セッション</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Go on with this session (Ctrl+L)</source>
        <translation>このセッションを再開 (Ctrl+L)</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>End session</source>
        <translation>セッションを終了</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Put its cards into the collection (Ctrl+Return)</source>
        <translation>カードをコレクションに入れる (Ctrl+Return)</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Discard</source>
        <translation>破棄</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source>Keep nothing of this session</source>
        <translation>このセッションのカードを残さない</translation>
    </message>
    <message>
        <location filename="qt/live/bar.py"/>
        <source> · not in your collection yet</source>
        <translation> · まだコレクションにありません</translation>
    </message>
    <message>
        <location filename="qt/live/control.py"/>
        <source>Stop &amp;live scanning</source>
        <translation>ライブスキャンを停止(&amp;L)</translation>
    </message>
    <message>
        <location filename="qt/live/control.py"/>
        <source>Go &amp;on</source>
        <translation>再開(&amp;O)</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Videos (*.mp4 *.mov *.mkv *.avi *.webm *.m4v *.mpg);;All files (*)</source>
        <translation>動画 (*.mp4 *.mov *.mkv *.avi *.webm *.m4v *.mpg);;すべてのファイル (*)</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;None</source>
        <translation>なし(&amp;N)</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>A quarter to the &amp;right</source>
        <translation>右に90度(&amp;R)</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Upside down</source>
        <translation>上下逆(&amp;U)</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>A quarter to the &amp;left</source>
        <translation>左に90度(&amp;L)</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Automatic</source>
        <translation>自動(&amp;A)</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>1/30 second</source>
        <translation>1/30秒</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>1/60 second</source>
        <translation>1/60秒</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>1/125 second</source>
        <translation>1/125秒</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>1/250 second</source>
        <translation>1/250秒</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>As the &amp;camera likes</source>
        <translation>カメラに任せる(&amp;C)</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>C&amp;amera</source>
        <translation>カメラ(&amp;A)</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Looking for cameras…</source>
        <translation>カメラを探しています…</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Video file…</source>
        <translation>動画ファイル(&amp;V)…</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Folder of pictures…</source>
        <translation>画像フォルダー(&amp;F)…</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Network camera…</source>
        <translation>ネットワークカメラ(&amp;N)…</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Mirrored picture</source>
        <translation>左右反転(&amp;M)</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Resolution</source>
        <translation>解像度(&amp;R)</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>&amp;Exposure</source>
        <translation>露出(&amp;E)</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Video file</source>
        <translation>動画ファイル</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Folder of pictures</source>
        <translation>画像フォルダー</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Address of the stream (rtsp://… or http://…):</source>
        <translation>ストリームのアドレス（rtsp://… または http://…）:</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>The user and password of this camera are not kept on this system. Write them into its address, as in rtsp://user:password@camera/stream:</source>
        <translation>このカメラのユーザー名とパスワードは、このシステムに保存されていません。rtsp://user:password@camera/streamのようにアドレスに書いてください:</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Network camera</source>
        <translation>ネットワークカメラ</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>No camera is plugged in</source>
        <translation>カメラが接続されていません</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>Several cameras are plugged in: choose one under Camera.</source>
        <translation>複数のカメラが接続されています。「カメラ」で1つ選んでください。</translation>
    </message>
    <message>
        <location filename="qt/live/menu.py"/>
        <source>No camera is plugged in. Plug one in, or choose a video or a network camera under Camera.</source>
        <translation>カメラが接続されていません。接続するか、「カメラ」で動画かネットワークカメラを選んでください。</translation>
    </message>
    <message>
        <location filename="qt/live/notices.py"/>
        <source>Kept {cards} of this session</source>
        <translation>このセッションの{cards}を保存しました</translation>
    </message>
    <message>
        <location filename="qt/live/notices.py"/>
        <source>Took the last card back</source>
        <translation>最後のカードを取り消しました</translation>
    </message>
    <message>
        <location filename="qt/live/notices.py"/>
        <source>; {unsure:,} to review</source>
        <translation>、{unsure:,}枚は要確認</translation>
    </message>
    <message>
        <location filename="qt/live/notices.py"/>
        <source>Discarded the session with {cards}</source>
        <translation>{cards}のセッションを破棄しました</translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Camera</source>
        <translation>カメラ</translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Choose a camera, a video or a stream, and how it is taken</source>
        <translation>カメラ、動画、ストリームと撮り方を選ぶ</translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Scan live</source>
        <translation>ライブスキャン</translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Scan cards one after the other under a camera (Ctrl+L)</source>
        <translation>カメラの下でカードを次々にスキャン (Ctrl+L)</translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Let go of the camera; the session waits (Ctrl+L)</source>
        <translation>カメラを解放します。セッションは待機します (Ctrl+L)</translation>
    </message>
    <message>
        <location filename="qt/live/panel.py"/>
        <source>Read no cards for a while (P)</source>
        <translation>しばらくカードを読まない (P)</translation>
    </message>
    <message>
        <location filename="qt/live/scan.py"/>
        <source>Nothing was captured: there is no card under the camera.</source>
        <translation>何も撮影しませんでした。カメラの下にカードがありません。</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Started</source>
        <translation>開始</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Unsure</source>
        <translation>不確か</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>State</source>
        <translation>状況</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Sessions</source>
        <translation>セッション</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Cards of the session</source>
        <translation>セッションのカード</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Put its cards into the collection</source>
        <translation>カードをコレクションに入れる</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Take all its cards back, out of your collection and Review</source>
        <translation>カードをすべてコレクションと「確認」から取り消す</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Write the cards of this session to a file</source>
        <translation>このセッションのカードをファイルに書き込む</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>Took back {cards} of this session</source>
        <translation>このセッションの{cards}を取り消しました</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source> · {copies} copies</source>
        <translation> · {copies}枚</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>No session yet: start one with Live → Scan live</source>
        <translation>セッションはまだありません。ライブ→ライブスキャンで始めてください</translation>
    </message>
    <message>
        <location filename="qt/live/sessions_dialog.py"/>
        <source>This session</source>
        <translation>このセッション</translation>
    </message>
    <message>
        <location filename="qt/live/view.py"/>
        <source>Live picture</source>
        <translation>ライブ画像</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Lay a card down</source>
        <translation>カードを置いてください</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Let it lie still</source>
        <translation>動かさずに置いてください</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Too blurred: more light, or move the camera</source>
        <translation>ぼやけています。明るくするか、カメラを動かしてください</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Got it. Lay down the next</source>
        <translation>読み取りました。次を置いてください</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>It waits in Review. Lay down the next</source>
        <translation>「確認」で待っています。次を置いてください</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Paused</source>
        <translation>一時停止中</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Press Space to read this card</source>
        <translation>スペースキーでこのカードを読みます</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Moving</source>
        <translation>移動中</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Blurred</source>
        <translation>ぼやけ</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Reading</source>
        <translation>読み取り中</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Identified</source>
        <translation>特定</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Not sure</source>
        <translation>不確か</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Not readable</source>
        <translation>読み取れず</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Allow it in System Settings → Privacy &amp; Security → Camera.</source>
        <translation>システム設定→プライバシーとセキュリティ→カメラで許可してください。</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Allow it in Settings → Privacy → Camera, for desktop apps.</source>
        <translation>設定→プライバシー→カメラで、デスクトップアプリに許可してください。</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Your user needs access to the video device: often that is the group “video”.</source>
        <translation>ユーザーにビデオデバイスへのアクセス権が必要です。多くの場合「video」グループです。</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Unfinished</source>
        <translation>未完了</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Kept</source>
        <translation>保存済み</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Discarded</source>
        <translation>破棄済み</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>{cards} this session</source>
        <translation>このセッション {cards}</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Connecting to {name}…</source>
        <translation>{name}に接続中…</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>This can take some seconds.</source>
        <translation>数秒かかることがあります。</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>{name} is gone</source>
        <translation>{name}がなくなりました</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Plug it in again, or check its cable or network. Scanning goes on by itself, and no card is lost.</source>
        <translation>接続し直すか、ケーブルやネットワークを確認してください。スキャンは自動で再開し、カードは失われません。</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Another program uses {name}</source>
        <translation>別のプログラムが{name}を使用中です</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Close that program, perhaps a video call. Scanning starts by itself.</source>
        <translation>ビデオ通話など、そのプログラムを閉じてください。スキャンは自動で始まります。</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>The system doesn't let Cardscanner use the camera</source>
        <translation>システムがCardscannerにカメラの使用を許可していません</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>The picture is black</source>
        <translation>画像が真っ黒です</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Open the camera's shutter, take off its cap, or switch on a light.</source>
        <translation>カメラのシャッターを開くか、キャップを外すか、明かりをつけてください。</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>The picture stands still</source>
        <translation>画像が止まっています</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>If it doesn't come back by itself, unplug the camera and plug it in again.</source>
        <translation>自動で戻らない場合は、カメラを抜いて接続し直してください。</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>Few pictures a second</source>
        <translation>画像の枚数が少なめです</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>More light, a lower resolution or another USB port make the camera faster.</source>
        <translation>明るくする、解像度を下げる、別のUSBポートを使うと速くなります。</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>{name} has ended</source>
        <translation>{name}が終わりました</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>End the session, or choose another source.</source>
        <translation>セッションを終了するか、別のソースを選んでください。</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>{per_minute:.0f} a minute</source>
        <translation>毎分{per_minute:.0f}枚</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source>{unsure:,} to review</source>
        <translation>要確認 {unsure:,}枚</translation>
    </message>
    <message>
        <location filename="qt/live/words.py"/>
        <source> Scanning then starts by itself.</source>
        <translation> その後、スキャンは自動で始まります。</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/live/words.py"/>
        <source>{n} copies</source>
        <extracomment>one: {n} copy</extracomment>
        <translation><numerusform>{n}枚</numerusform></translation>
    </message>
    <message>
        <location filename="qt/review/corner_marker.py"/>
        <source>top of the card</source>
        <translation>カードの上端</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Whatever else you type is a search, such as PAL 12 or XY 12</source>
        <translation>それ以外の入力は検索になります。例: PAL 12、XY 12</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Keep</source>
        <translation>採用</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Keep the card as the marked printing (Enter)</source>
        <translation>選んだ版としてカードを採用 (Enter)</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>The cards of this picture that ask the same question: keep all of them as the marked printing (A and Enter)
{typing}</source>
        <translation>この画像の同じ質問のカードを、すべて選んだ版として採用（AとEnter）
{typing}</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Reject</source>
        <translation>却下</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Don't keep this card (Del, or X and Enter)
{typing}</source>
        <translation>このカードを採用しない（Del、またはXとEnter）
{typing}</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Later</source>
        <translation>後で</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Leave it in the list and look at the next (Page Down, or N and Enter)
{typing}</source>
        <translation>一覧に残して次を見る（Page Down、またはNとEnter）
{typing}</translation>
    </message>
    <message>
        <location filename="qt/review/decision_buttons.py"/>
        <source>Keep all {count}</source>
        <translation>{count}枚すべて採用</translation>
    </message>
    <message>
        <location filename="qt/review/outlining.py"/>
        <source>Mark the card's corners</source>
        <translation>カードの角を指定</translation>
    </message>
    <message>
        <location filename="qt/review/outlining.py"/>
        <source>Drag the four grips to the corners of the card, its top first</source>
        <translation>4つのつまみをカードの角へ、上の角から動かしてください</translation>
    </message>
    <message>
        <location filename="qt/review/outlining.py"/>
        <source>Use these corners</source>
        <translation>この角を使う</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>What you type on is a search.</source>
        <translation>続けて入力すると検索になります。</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Cards that could be more than one printing wait here until you have looked at them.</source>
        <translation>複数の版の可能性があるカードが、確認されるまでここで待ちます。</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Enter keeps all of the picture so. {type_on}</source>
        <translation>Enterで画像のすべてを同様に採用します。{type_on}</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>{name}   nothing could be read</source>
        <translation>{name}   何も読み取れません</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Rejected…</source>
        <translation>却下済み…</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>The cards you rejected, and their way back</source>
        <translation>却下したカードと、戻す方法</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Nothing to review</source>
        <translation>確認するものはありません</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Enter rejects this card. {type_on}</source>
        <translation>Enterでこのカードを却下します。{type_on}</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Enter shows the next card. {type_on}</source>
        <translation>Enterで次のカードを表示します。{type_on}</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>Which card is it?</source>
        <translation>どのカードですか？</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>{waiting:,} waiting</source>
        <translation>{waiting:,}枚待機中</translation>
    </message>
    <message>
        <location filename="qt/review/page.py"/>
        <source>{name}   read: {read}</source>
        <translation>{name}   読み取り: {read}</translation>
    </message>
    <message>
        <location filename="qt/review/question.py"/>
        <source>The reduced catalogue is in use: the full one may know this card.</source>
        <translation>縮小版のカタログを使用中です。完全版ならこのカードがあるかもしれません。</translation>
    </message>
    <message>
        <location filename="qt/review/question.py"/>
        <source>None of these?</source>
        <translation>どれも違いますか？</translation>
    </message>
    <message>
        <location filename="qt/review/rejected.py"/>
        <source>Rejected cards</source>
        <translation>却下したカード</translation>
    </message>
    <message>
        <location filename="qt/review/rejected.py"/>
        <source>The last ones first. What you bring back waits in Review again.</source>
        <translation>新しい順です。戻したカードは再び「確認」で待ちます。</translation>
    </message>
    <message>
        <location filename="qt/review/rejected.py"/>
        <source>Bring back</source>
        <translation>戻す</translation>
    </message>
    <message>
        <location filename="qt/review/rejected.py"/>
        <source>No card was rejected.</source>
        <translation>却下したカードはありません。</translation>
    </message>
    <message>
        <location filename="qt/review/rejected.py"/>
        <source>{cards} in Review again</source>
        <translation>{cards}を「確認」に戻しました</translation>
    </message>
    <message>
        <location filename="qt/review/rejected.py"/>
        <source>Rejected {card_words}</source>
        <translation>{card_words}を却下しました</translation>
    </message>
    <message>
        <location filename="qt/review/rematch.py"/>
        <source>made before the first picture</source>
        <translation>最初の画像より前のもの</translation>
    </message>
    <message>
        <location filename="qt/review/shown_card.py"/>
        <source>There is no picture of this card</source>
        <translation>このカードの画像はありません</translation>
    </message>
    <message>
        <location filename="qt/review/shown_card.py"/>
        <source>This card came from a file of another program, without a picture</source>
        <translation>このカードは別のプログラムのファイルから、画像なしで来ました</translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>Pick another printing (M)</source>
        <translation>別の版を選ぶ (M)</translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>Put this card into the collection (Enter)</source>
        <translation>このカードをコレクションに入れる (Enter)</translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>Don't keep this card (X)</source>
        <translation>このカードを採用しない (X)</translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>Take the last change back (Ctrl+Z)</source>
        <translation>最後の変更を元に戻す (Ctrl+Z)</translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>No card yet</source>
        <translation>カードはまだありません</translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>The answer for each card appears here.</source>
        <translation>各カードの答えがここに表示されます。</translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>Rejected</source>
        <translation>却下済み</translation>
    </message>
    <message>
        <location filename="qt/scan/answer_panel.py"/>
        <source>Name the card by hand…</source>
        <translation>カード名を手で指定…</translation>
    </message>
    <message>
        <location filename="qt/scan/card_steps.py"/>
        <source>The next newer card</source>
        <translation>次に新しいカード</translation>
    </message>
    <message>
        <location filename="qt/scan/card_steps.py"/>
        <source>The next older card</source>
        <translation>次に古いカード</translation>
    </message>
    <message>
        <location filename="qt/scan/collector.py"/>
        <source>There are no pictures in there</source>
        <translation>そこに画像はありません</translation>
    </message>
    <message>
        <location filename="qt/scan/drop_zone.py"/>
        <source>Drop pictures of your cards here, or lay them under a camera</source>
        <translation>カードの画像をここにドロップするか、カメラの下に置いてください</translation>
    </message>
    <message>
        <location filename="qt/scan/drop_zone.py"/>
        <source>Photos or scans, one card or a whole page, or a folder full of them</source>
        <translation>写真でもスキャンでも、1枚でもページ全体でも、フォルダーごとでもかまいません</translation>
    </message>
    <message>
        <location filename="qt/scan/drop_zone.py"/>
        <source>Open pictures…</source>
        <translation>画像を開く…</translation>
    </message>
    <message>
        <location filename="qt/scan/drop_zone.py"/>
        <source>Choose picture files to scan (Ctrl+O)</source>
        <translation>スキャンする画像ファイルを選ぶ (Ctrl+O)</translation>
    </message>
    <message>
        <location filename="qt/scan/drop_zone.py"/>
        <source>Scan with a camera</source>
        <translation>カメラでスキャン</translation>
    </message>
    <message>
        <location filename="qt/scan/mode_choice.py"/>
        <source>Fast</source>
        <translation>速い</translation>
    </message>
    <message>
        <location filename="qt/scan/mode_choice.py"/>
        <source>Balanced</source>
        <translation>標準</translation>
    </message>
    <message>
        <location filename="qt/scan/mode_choice.py"/>
        <source>Thorough</source>
        <translation>丁寧</translation>
    </message>
    <message>
        <location filename="qt/scan/mode_choice.py"/>
        <source>A model reads every card, about two seconds each</source>
        <translation>モデルがすべてのカードを読みます（1枚約2秒）</translation>
    </message>
    <message>
        <location filename="qt/scan/mode_choice.py"/>
        <source>How thoroughly cards are read</source>
        <translation>カードを読む丁寧さ</translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Pictures…</source>
        <translation>画像…</translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Folder…</source>
        <translation>フォルダー…</translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Scan every picture in a folder (Ctrl+Shift+O)</source>
        <translation>フォルダーの画像をすべてスキャン (Ctrl+Shift+O)</translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Open pictures</source>
        <translation>画像を開く</translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Pictures ({patterns});;All files (*)</source>
        <translation>画像 ({patterns});;すべてのファイル (*)</translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Open a folder of pictures</source>
        <translation>画像フォルダーを開く</translation>
    </message>
    <message>
        <location filename="qt/scan/page.py"/>
        <source>Answer</source>
        <translation>答え</translation>
    </message>
    <message>
        <location filename="qt/scan/picture_scans.py"/>
        <source>No card found in this picture</source>
        <translation>この画像にカードが見つかりません</translation>
    </message>
    <message>
        <location filename="qt/scan/repeats.py"/>
        <source>1 picture was scanned before and is skipped</source>
        <translation>画像1枚はスキャン済みのためスキップしました</translation>
    </message>
    <message>
        <location filename="qt/scan/repeats.py"/>
        <source>{number:,} pictures were scanned before and are skipped</source>
        <translation>画像{number:,}枚はスキャン済みのためスキップしました</translation>
    </message>
    <message>
        <location filename="qt/scan/repeats.py"/>
        <source>Count it again</source>
        <translation>もう一度数える</translation>
    </message>
    <message>
        <location filename="qt/scan/repeats.py"/>
        <source>Count them again</source>
        <translation>もう一度数える</translation>
    </message>
    <message>
        <location filename="qt/scan/shown_picture.py"/>
        <source>Opening the picture…</source>
        <translation>画像を開いています…</translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>Waits in Review</source>
        <translation>確認待ち</translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>Kept when the session ends</source>
        <translation>セッション終了時に保存</translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>Not in your collection</source>
        <translation>コレクションにありません</translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>Which one is it? {others} fit</source>
        <translation>どれですか？ {others}枚が当てはまります</translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>Which one is it?</source>
        <translation>どれですか？</translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>In your collection</source>
        <translation>コレクションにあります</translation>
    </message>
    <message>
        <location filename="qt/scan/standing.py"/>
        <source>, {copies} copies</source>
        <translation>、{copies}枚</translation>
    </message>
    <message>
        <location filename="qt/scan/strip.py"/>
        <source>Last cards</source>
        <translation>最近のカード</translation>
    </message>
    <message>
        <location filename="qt/sets/grid.py"/>
        <source>Printings of the set</source>
        <translation>セットの版</translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>{owned:,} of {size:,}</source>
        <translation>{owned:,} / {size:,}</translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>complete: all {size:,}</source>
        <translation>完成: 全{size:,}枚</translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>Newest first</source>
        <translation>新しい順</translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>Oldest first</source>
        <translation>古い順</translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>Most complete first</source>
        <translation>完成に近い順</translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>Fewest missing first</source>
        <translation>不足が少ない順</translation>
    </message>
    <message>
        <location filename="qt/sets/list.py"/>
        <source>By name</source>
        <translation>名前順</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>With it, this page shows how complete each set of your collection is.</source>
        <translation>カタログがあると、各セットの完成度がここに表示されます。</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>All sets</source>
        <translation>すべてのセット</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Begun</source>
        <translation>収集中</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>All</source>
        <translation>すべて</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Each finish</source>
        <translation>加工別</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Want list</source>
        <translation>欲しいものリスト</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>The card catalogue isn't here yet</source>
        <translation>カードカタログがまだありません</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Get the catalogue</source>
        <translation>カタログを取得</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Show all sets</source>
        <translation>すべてのセットを表示</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Back to all sets (Esc)</source>
        <translation>すべてのセットに戻る (Esc)</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Search: set or code</source>
        <translation>検索: セットまたは記号</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Search the sets</source>
        <translation>セットを検索</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Search the sets (Ctrl+F)</source>
        <translation>セットを検索 (Ctrl+F)</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Order of the sets</source>
        <translation>セットの順序</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Count normal, reverse and holo apart</source>
        <translation>ノーマル、リバース、ホロを別々に数える</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>What is missing, as a file</source>
        <translation>不足しているものをファイルに</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>“{path}” lists {cards}</source>
        <translation>「{path}」に{cards}を書き出しました</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>No set fits “{text}”</source>
        <translation>「{text}」に合うセットがありません</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>You have no card of any set yet</source>
        <translation>どのセットのカードもまだありません</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Only sets that you have a card of</source>
        <translation>カードを持っているセットだけ</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Every set of the catalogue</source>
        <translation>カタログのすべてのセット</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>{code} want list.{kind}</source>
        <translation>{code} 欲しいものリスト.{kind}</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Table (*.csv)</source>
        <translation>表 (*.csv)</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>PDF (*.pdf)</source>
        <translation>PDF (*.pdf)</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source> · {missing:,} missing</source>
        <translation> · 不足 {missing:,}枚</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source> · {slots:,} of {slots2:,} finishes</source>
        <translation> · 加工 {slots:,} / {slots2:,}</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>{begun:,} of {sets} begun</source>
        <translation>{sets}中{begun:,}セットを収集中</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Table (CSV)…</source>
        <translation>表 (CSV)…</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>Checklist (PDF)…</source>
        <translation>チェックリスト (PDF)…</translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source> among those you have begun</source>
        <translation>（収集中のもののうち）</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/sets/page.py"/>
        <source>{n} sets</source>
        <extracomment>one: {n} set</extracomment>
        <translation><numerusform>{n}セット</numerusform></translation>
    </message>
    <message>
        <location filename="qt/sets/page.py"/>
        <source>, {complete:,} complete</source>
        <translation>、{complete:,}セット完成</translation>
    </message>
    <message>
        <location filename="qt/sets/want_list.py"/>
        <source>{title}: {number:,} missing{of}</source>
        <translation>{title}: 不足 {number:,}枚{of}</translation>
    </message>
    <message>
        <location filename="qt/sets/want_list.py"/>
        <source> · page {page} of {pages}</source>
        <translation> · {page} / {pages}ページ</translation>
    </message>
    <message>
        <location filename="qt/sets/want_list.py"/>
        <source>“{path}” can't be written: {strerror}.</source>
        <translation>「{path}」に書き込めません: {strerror}。</translation>
    </message>
    <message>
        <location filename="qt/store/async_store.py"/>
        <source>There is no card in this session yet.</source>
        <translation>このセッションにカードはまだありません。</translation>
    </message>
    <message>
        <location filename="qt/store/async_store.py"/>
        <source>Other changes came after that one; Edit → Undo takes them back first.</source>
        <translation>その後に別の変更がありました。編集→元に戻すで、先にそちらを取り消してください。</translation>
    </message>
    <message>
        <location filename="qt/store/catalogue_updates.py"/>
        <source>Getting the card catalogue</source>
        <translation>カードカタログを取得中</translation>
    </message>
    <message>
        <location filename="qt/store/catalogue_updates.py"/>
        <source>The card catalogue isn't here yet, so there is nothing to search in</source>
        <translation>カードカタログがまだないため、検索できません</translation>
    </message>
    <message>
        <location filename="qt/store/lane.py"/>
        <source>Something went wrong in the program ({name}); the log has the details</source>
        <translation>プログラムで問題が起きました（{name}）。詳しくはログをご覧ください</translation>
    </message>
    <message>
        <location filename="qt/store/picture_updates.py"/>
        <source>Fetching pictures</source>
        <translation>画像を取得中</translation>
    </message>
    <message>
        <location filename="qt/style/marks.py"/>
        <source>Failed</source>
        <translation>失敗</translation>
    </message>
    <message>
        <location filename="qt/style/marks.py"/>
        <source>Working</source>
        <translation>処理中</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Mint</source>
        <translation>ミント</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Near mint</source>
        <translation>ニアミント</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Excellent</source>
        <translation>エクセレント</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Good</source>
        <translation>グッド</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Light played</source>
        <translation>軽い使用感</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Played</source>
        <translation>使用感あり</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Poor</source>
        <translation>傷みあり</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>English</source>
        <translation>英語</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>French</source>
        <translation>フランス語</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>German</source>
        <translation>ドイツ語</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Italian</source>
        <translation>イタリア語</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Spanish</source>
        <translation>スペイン語</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Portuguese</source>
        <translation>ポルトガル語</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Dutch</source>
        <translation>オランダ語</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Polish</source>
        <translation>ポーランド語</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Russian</source>
        <translation>ロシア語</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Chinese (simplified)</source>
        <translation>中国語（簡体字）</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Chinese (traditional)</source>
        <translation>中国語（繁体字）</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>Indonesian</source>
        <translation>インドネシア語</translation>
    </message>
    <message>
        <location filename="qt/style/words.py"/>
        <source>While this is on, the ids of the printings in your collection, such as “sv02-012”, are sent to api.tcgdex.net once a day, which answers with prices of Cardmarket and TCGplayer. Nothing else is sent: no names, numbers of copies, photos or notes.</source>
        <translation>オンの間、コレクションの版のID（例「sv02-012」）を1日1回api.tcgdex.netに送り、CardmarketとTCGplayerの価格を受け取ります。名前、枚数、写真、メモなど、ほかには何も送りません。</translation>
    </message>
    <message>
        <location filename="qt/window/application.py"/>
        <source>Error: no window can be opened here: there is no screen, or it can't be reached. On a machine without one use the command line: cardscanner --help</source>
        <translation>エラー: ここではウィンドウを開けません。画面がないか、接続できません。画面のないコンピューターではコマンドラインをお使いください: cardscanner --help</translation>
    </message>
    <message>
        <location filename="qt/window/application.py"/>
        <source>Cardscanner can't start.</source>
        <translation>Cardscannerを起動できません。</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Backups (*.zip);;All files (*)</source>
        <translation>バックアップ (*.zip);;すべてのファイル (*)</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>{cards}, {scans} and {photos}</source>
        <translation>{cards}、{scans}、{photos}</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/window/backups.py"/>
        <source>{n} scans</source>
        <extracomment>one: {n} scan</extracomment>
        <translation><numerusform>スキャン{n}件</numerusform></translation>
    </message>
    <message numerus="yes">
        <location filename="qt/window/backups.py"/>
        <source>{n} photos</source>
        <extracomment>one: {n} photo</extracomment>
        <translation><numerusform>写真{n}枚</numerusform></translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>no day</source>
        <translation>日付なし</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Back up to</source>
        <translation>バックアップ先</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Backups (*.zip)</source>
        <translation>バックアップ (*.zip)</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Backing up…</source>
        <translation>バックアップ中…</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Restore from</source>
        <translation>復元元</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Backed up {counts} to “{name}”</source>
        <translation>{counts}を「{name}」にバックアップしました</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Restore a backup</source>
        <translation>バックアップを復元</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Put the backup of {when} in place of your collection?</source>
        <translation>{when}のバックアップでコレクションを置き換えますか？</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>The backup holds {counts}; the last card is of {when}.</source>
        <translation>バックアップの内容: {counts}。最後のカードは{when}。</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Restore</source>
        <translation>復元</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Restoring…</source>
        <translation>復元中…</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Restored {counts} of {when}</source>
        <translation>{when}の{counts}を復元しました</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>Your collection holds {counts}, the last of {when}.</source>
        <translation>コレクションの内容: {counts}。最後は{when}。</translation>
    </message>
    <message>
        <location filename="qt/window/backups.py"/>
        <source>It is backed up before, so that you can come back to it.</source>
        <translation>元に戻せるよう、先にバックアップします。</translation>
    </message>
    <message>
        <location filename="qt/window/batch_menu.py"/>
        <source>Watch a folder for new pictures</source>
        <translation>新しい画像が入るフォルダーを監視</translation>
    </message>
    <message>
        <location filename="qt/window/batch_menu.py"/>
        <source>Stop &amp;watching “{name}”</source>
        <translation>「{name}」の監視をやめる(&amp;W)</translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>The card catalogue is here: {printings}</source>
        <translation>カードカタログの準備ができました: {printings}</translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>Matched {cards} again; {identified:,} identified</source>
        <translation>{cards}を再照合、{identified:,}枚を特定</translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>{words}. It is the reduced one, which lacks cards and languages</source>
        <translation>{words}。カードと言語の一部がない縮小版です</translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>Match {waiting_cards} again</source>
        <translation>{waiting_cards}を再照合</translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>Use it all the same</source>
        <translation>それでも使う</translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>Get it now</source>
        <translation>今すぐ取得</translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>There is no card catalogue yet, and Cardscanner is set to offline.</source>
        <translation>カードカタログがまだなく、Cardscannerはオフラインに設定されています。</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/window/catalogue_notices.py"/>
        <source>{n} printings</source>
        <extracomment>one: {n} printing</extracomment>
        <translation><numerusform>{n}版</numerusform></translation>
    </message>
    <message>
        <location filename="qt/window/catalogue_notices.py"/>
        <source>Without the card catalogue, cards are read but not identified.</source>
        <translation>カードカタログがないと、カードは読めますが特定できません。</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/window/catalogue_notices.py"/>
        <source>{n} waiting cards</source>
        <extracomment>one: {n} waiting card</extracomment>
        <translation><numerusform>待機中のカード{n}枚</numerusform></translation>
    </message>
    <message>
        <location filename="qt/window/collection_notices.py"/>
        <source>“{path}” is damaged ({damage}). What can still be read can be saved into a new file.</source>
        <translation>「{path}」が壊れています（{damage}）。まだ読めるものを新しいファイルに救出できます。</translation>
    </message>
    <message>
        <location filename="qt/window/collection_notices.py"/>
        <source>“{path}” holds {salvaged}. Close Cardscanner and run “cardscanner rescue” to go on with what was saved.</source>
        <translation>「{path}」に{salvaged}があります。救出したもので続けるには、Cardscannerを閉じて「cardscanner rescue」を実行してください。</translation>
    </message>
    <message>
        <location filename="qt/window/collection_notices.py"/>
        <source>“{path}” is damaged ({damage}). There is a good backup of it.</source>
        <translation>「{path}」が壊れています（{damage}）。正常なバックアップがあります。</translation>
    </message>
    <message>
        <location filename="qt/window/collection_notices.py"/>
        <source>Save what can be read</source>
        <translation>読めるものを救出</translation>
    </message>
    <message>
        <location filename="qt/window/collection_notices.py"/>
        <source>Restore the backup</source>
        <translation>バックアップを復元</translation>
    </message>
    <message>
        <location filename="qt/window/crash_notice.py"/>
        <source>Something went wrong that shouldn't have. What you scanned and changed is saved. If the window behaves oddly now, close it and start it again; if it doesn't start, “cardscanner-gui --safe” does.</source>
        <translation>起きるはずのない問題が起きました。スキャンと変更の内容は保存されています。ウィンドウの動きがおかしい場合は、閉じて起動し直してください。起動しない場合は「cardscanner-gui --safe」で起動できます。</translation>
    </message>
    <message>
        <location filename="qt/window/crash_notice.py"/>
        <source>Cardscanner met an error</source>
        <translation>Cardscannerでエラーが起きました</translation>
    </message>
    <message>
        <location filename="qt/window/crash_notice.py"/>
        <source>Report</source>
        <translation>報告</translation>
    </message>
    <message>
        <location filename="qt/window/crash_notice.py"/>
        <source>The report names no folder of yours and no user. Nothing is sent.</source>
        <translation>報告にはフォルダー名もユーザー名も含まれません。何も送信しません。</translation>
    </message>
    <message>
        <location filename="qt/window/crash_notice.py"/>
        <source>Copy the report</source>
        <translation>報告をコピー</translation>
    </message>
    <message>
        <location filename="qt/window/crash_notice.py"/>
        <source>Copied</source>
        <translation>コピーしました</translation>
    </message>
    <message>
        <location filename="qt/window/dialogs.py"/>
        <source>About Cardscanner</source>
        <translation>Cardscannerについて</translation>
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
カタログ: {source}、{printings:,}版。</translation>
    </message>
    <message>
        <location filename="qt/window/dialogs.py"/>
        <source>Licences…</source>
        <translation>ライセンス…</translation>
    </message>
    <message>
        <location filename="qt/window/dialogs.py"/>
        <source>Names the exact printing of a card from a picture, on this machine. MIT licence.</source>
        <translation>画像に写ったカードの正確な版を、このコンピューターで特定します。MITライセンス。</translation>
    </message>
    <message>
        <location filename="qt/window/doubtful_card.py"/>
        <source>Fetch small pictures of these candidates only</source>
        <translation>これらの候補の小さな画像だけを取得</translation>
    </message>
    <message>
        <location filename="qt/window/doubtful_card.py"/>
        <source>{small_pictures} from {host}, about {size_words}, {time_words}. Only fingerprints of 64 bytes are kept. You won't be asked again before the next start.</source>
        <translation>{host}から{small_pictures}、約{size_words}、{time_words}。64バイトの指紋だけを保存します。次の起動までもう一度お尋ねしません。</translation>
    </message>
    <message>
        <location filename="qt/window/doubtful_card.py"/>
        <source>Compare with {pictures} more…</source>
        <translation>あと{pictures}と比べる…</translation>
    </message>
    <message>
        <location filename="qt/window/doubtful_card.py"/>
        <source>Nobody knows where these pictures are</source>
        <translation>これらの画像の場所が分かりません</translation>
    </message>
    <message>
        <location filename="qt/window/doubtful_card.py"/>
        <source>Fetch these pictures?</source>
        <translation>これらの画像を取得しますか？</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/window/doubtful_card.py"/>
        <source>{n} small pictures</source>
        <extracomment>one: {n} small picture</extracomment>
        <translation><numerusform>小さな画像{n}枚</numerusform></translation>
    </message>
    <message>
        <location filename="qt/window/guide_dialog.py"/>
        <source>Guide</source>
        <translation>ガイド</translation>
    </message>
    <message>
        <location filename="qt/window/guide_dialog.py"/>
        <source>The guide's text</source>
        <translation>ガイドの本文</translation>
    </message>
    <message>
        <location filename="qt/window/guide_dialog.py"/>
        <source>Contents</source>
        <translation>目次</translation>
    </message>
    <message>
        <location filename="qt/window/guide_dialog.py"/>
        <source>Search in the guide (Enter: next)</source>
        <translation>ガイド内を検索（Enter: 次へ）</translation>
    </message>
    <message>
        <location filename="qt/window/guide_dialog.py"/>
        <source>Search in the guide</source>
        <translation>ガイド内を検索</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>In a picture</source>
        <translation>画像で</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>In lists</source>
        <translation>一覧で</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Keys</source>
        <translation>キー</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Keys and what they do</source>
        <translation>キーとその働き</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Ctrl+Wheel, Ctrl++, Ctrl+−</source>
        <translation>Ctrl+ホイール、Ctrl++、Ctrl+−</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Larger and smaller</source>
        <translation>拡大と縮小</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>↑ ↓ Home End</source>
        <translation>↑ ↓ Home End</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Go to another line</source>
        <translation>別の行へ移動</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Shift+↑ ↓</source>
        <translation>Shift+↑ ↓</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Mark several</source>
        <translation>複数を選択</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source>Edit</source>
        <translation>編集</translation>
    </message>
    <message>
        <location filename="qt/window/keys_dialog.py"/>
        <source> or </source>
        <translation> または </translation>
    </message>
    <message>
        <location filename="qt/window/licences_dialog.py"/>
        <source>Licences</source>
        <translation>ライセンス</translation>
    </message>
    <message>
        <location filename="qt/window/licences_dialog.py"/>
        <source>Libraries</source>
        <translation>ライブラリ</translation>
    </message>
    <message>
        <location filename="qt/window/licences_dialog.py"/>
        <source>Licence</source>
        <translation>ライセンス</translation>
    </message>
    <message>
        <location filename="qt/window/licences_dialog.py"/>
        <source>Licence: {licence}</source>
        <translation>ライセンス: {licence}</translation>
    </message>
    <message>
        <location filename="qt/window/licences_dialog.py"/>
        <source>The package brings no text of its own; its web page has it.</source>
        <translation>パッケージに本文が付属していません。ウェブページにあります。</translation>
    </message>
    <message>
        <location filename="qt/window/model_mode.py"/>
        <source>{title} is ready. It can read the cards that text recognition is unsure of.</source>
        <translation>{title}の準備ができました。文字認識が不確かなカードを読めます。</translation>
    </message>
    <message>
        <location filename="qt/window/model_mode.py"/>
        <source>Ask it then</source>
        <translation>そのとき尋ねる</translation>
    </message>
    <message>
        <location filename="qt/window/model_upkeep.py"/>
        <source>Preparing {title}, since {reason}</source>
        <translation>{title}を準備中（{reason}）</translation>
    </message>
    <message>
        <location filename="qt/window/model_upkeep.py"/>
        <source>Preparing {title}: {what}</source>
        <translation>{title}を準備中: {what}</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Never: text recognition alone</source>
        <translation>使わない: 文字認識のみ</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Where text recognition is unsure</source>
        <translation>文字認識が不確かなとき</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Every card (about two seconds each)</source>
        <translation>すべてのカード（1枚約2秒）</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>about {memory:.1f} GB of memory while it reads</source>
        <translation>読み取り時にメモリ約{memory:.1f} GB</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>{title} is {bytes:.0f} MB from {repository}.
Its licence is {licence} ({licence_url}).

Download it?</source>
        <translation>{title}は{repository}から{bytes:.0f} MBです。
ライセンスは{licence}（{licence_url}）です。

ダウンロードしますか？</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Delete the files of {title}?</source>
        <translation>{title}のファイルを削除しますか？</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Reading models</source>
        <translation>読み取りモデル</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Let a model read too</source>
        <translation>モデルにも読ませる</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>When a model reads a card</source>
        <translation>モデルがカードを読むとき</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Model</source>
        <translation>モデル</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Download…</source>
        <translation>ダウンロード…</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Use a folder…</source>
        <translation>フォルダーを使う…</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Verify</source>
        <translation>検証</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Remove…</source>
        <translation>削除…</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Ask it where text recognition is unsure</source>
        <translation>文字認識が不確かなときに尋ねる</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>one for each core</source>
        <translation>コアごとに1つ</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Threads of a model</source>
        <translation>モデルのスレッド数</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>each on a core of its own</source>
        <translation>それぞれ専用のコアで</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>never swapped out</source>
        <translation>スワップアウトしない</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Only where the system sets no limit for locked memory</source>
        <translation>システムが固定メモリを制限していない場合だけ</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>About {size} MB to download, {memory}. Licence: {licence}.</source>
        <translation>ダウンロード約{size} MB、{memory}。ライセンス: {licence}。</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>A folder with a SmolVLM model</source>
        <translation>SmolVLMモデルのフォルダー</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Copying</source>
        <translation>コピー中</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Not installed. Cards are read without it.</source>
        <translation>インストールされていません。カードはモデルなしで読みます。</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Settings say to stay offline. Use a folder on disk instead.</source>
        <translation>設定がオフラインです。代わりにディスク上のフォルダーを使ってください。</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Asking the hub</source>
        <translation>ハブに問い合わせ中</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Preparing: {what}</source>
        <translation>準備中: {what}</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>✕ {broken}. Download the model again.</source>
        <translation>✕ {broken}。モデルをもう一度ダウンロードしてください。</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>✓ Every file is as it was installed.</source>
        <translation>✓ すべてのファイルがインストール時のままです。</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Paused. Press Download to go on where it stopped.</source>
        <translation>一時停止中。「ダウンロード」で続きから再開します。</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>, revision {revision}</source>
        <translation>、リビジョン{revision}</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>✓ Ready ({variants}{revision}).</source>
        <translation>✓ 準備完了（{variants}{revision}）。</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Installed, not prepared yet: press Download to go on.</source>
        <translation>インストール済み、未準備です。「ダウンロード」で続けます。</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Downloading</source>
        <translation>ダウンロード中</translation>
    </message>
    <message>
        <location filename="qt/window/models_dialog.py"/>
        <source>Verifying</source>
        <translation>検証中</translation>
    </message>
    <message>
        <location filename="qt/window/picture_notices.py"/>
        <source>Fetching pictures stopped. What came so far is kept</source>
        <translation>画像の取得が止まりました。届いた分は残っています</translation>
    </message>
    <message>
        <location filename="qt/window/picture_notices.py"/>
        <source>The catalogue has new printings: {plan_words}</source>
        <translation>カタログに新しい版があります: {plan_words}</translation>
    </message>
    <message>
        <location filename="qt/window/picture_notices.py"/>
        <source>Fetch</source>
        <translation>取得</translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>{small_pictures} from {host}: up to about {size_words} and {time_words}, at three a second.</source>
        <translation>{host}から{small_pictures}: 最大で約{size_words}、毎秒3枚で{time_words}。</translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>{new_fingerprints}; {total:,} printings have one</source>
        <translation>{new_fingerprints}、合計{total:,}の版に指紋があります</translation>
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
        <translation>数秒</translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>Nothing is missing: every picture that is wanted is fingerprinted already.</source>
        <translation>不足はありません。必要な画像はすべて指紋を取得済みです。</translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>; of {absent:,} there is no picture</source>
        <translation>、{absent:,}件は画像がありません</translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>; {unknown:,} fit no printing of this catalogue</source>
        <translation>、{unknown:,}件はこのカタログの版に合いません</translation>
    </message>
    <message>
        <location filename="qt/window/picture_words.py"/>
        <source>; {refused:,} refused, mostly since {why} ({named}{more})</source>
        <translation>、{refused:,}件を拒否、主な理由: {why}（{named}{more}）</translation>
    </message>
    <message numerus="yes">
        <location filename="qt/window/picture_words.py"/>
        <source>{n} new fingerprints</source>
        <extracomment>one: {n} new fingerprint</extracomment>
        <translation><numerusform>新しい指紋{n}個</numerusform></translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Fingerprints (*.index *.tsv *.gz *.txt);;All files (*)</source>
        <translation>指紋 (*.index *.tsv *.gz *.txt);;すべてのファイル (*)</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Pictures of the printings</source>
        <translation>版の画像</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>A card whose print can't be read is told by its picture. For that, a fingerprint of 64 bytes is kept of each printing's.</source>
        <translation>印刷が読めないカードは画像で見分けます。そのために、各版の画像から64バイトの指紋を保存します。</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Looking what there is…</source>
        <translation>何があるか調べています…</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>All sets, the newest first</source>
        <translation>すべてのセットを新しい順に</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Only these:</source>
        <translation>これらだけ:</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Find a set</source>
        <translation>セットを探す</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Keep the pictures too, and show them beside candidates</source>
        <translation>画像も保存し、候補の横に表示する</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>For yourself: they are their makers' copyright</source>
        <translation>個人用です。著作権は制作者にあります</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Fetch pictures</source>
        <translation>画像を取得</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>From a file…</source>
        <translation>ファイルから…</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>From a folder…</source>
        <translation>フォルダーから…</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>For another desk…</source>
        <translation>別の端末用…</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Write all fingerprints into a file</source>
        <translation>すべての指紋をファイルに書き込む</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Tell cards by their pictures</source>
        <translation>画像でカードを見分ける</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>{known:,} of {printings} have a fingerprint.</source>
        <translation>{printings}中{known:,}版に指紋があります。</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Counting what is missing…</source>
        <translation>不足を数えています…</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source> Settings say to stay offline: take them from a file or folder instead.</source>
        <translation> 設定がオフラインです。代わりにファイルかフォルダーから取り込んでください。</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Fingerprints of another desk</source>
        <translation>別の端末の指紋</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>A folder with pictures of printings</source>
        <translation>版の画像のフォルダー</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>A file for another desk</source>
        <translation>別の端末用のファイル</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Written to {name}: {{:,}} fingerprints.</source>
        <translation>{name}に書き込みました: 指紋{{:,}}個。</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Paused. Fetch goes on where it stopped.</source>
        <translation>一時停止中。「取得」で続きから再開します。</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Choose the sets.</source>
        <translation>セットを選んでください。</translation>
    </message>
    <message>
        <location filename="qt/window/pictures_dialog.py"/>
        <source>Fetch {pictures}</source>
        <translation>{pictures}を取得</translation>
    </message>
    <message>
        <location filename="qt/window/problems_dialog.py"/>
        <source>Pictures that couldn't be read</source>
        <translation>読み取れなかった画像</translation>
    </message>
    <message>
        <location filename="qt/window/problems_dialog.py"/>
        <source>{pictures} couldn't be read</source>
        <translation>{pictures}を読み取れませんでした</translation>
    </message>
    <message>
        <location filename="qt/window/problems_dialog.py"/>
        <source>Pictures and reasons</source>
        <translation>画像と理由</translation>
    </message>
    <message>
        <location filename="qt/window/reader_notices.py"/>
        <source>Reader ready</source>
        <translation>読み取りの準備完了</translation>
    </message>
    <message>
        <location filename="qt/window/reader_notices.py"/>
        <source>Reader not available</source>
        <translation>読み取りは使えません</translation>
    </message>
    <message>
        <location filename="qt/window/release_notice.py"/>
        <source>Cardscanner {version} is there; this is {version2}</source>
        <translation>Cardscanner {version}があります（現在は{version2}）</translation>
    </message>
    <message>
        <location filename="qt/window/release_notice.py"/>
        <source>Read about it</source>
        <translation>詳しく読む</translation>
    </message>
    <message>
        <location filename="qt/window/scan_progress.py"/>
        <source>Going on where it was: {pictures} left to scan</source>
        <translation>続きから再開: 残り{pictures}</translation>
    </message>
    <message>
        <location filename="qt/window/scan_progress.py"/>
        <source>Files {done:,} of {total:,}</source>
        <translation>ファイル {done:,} / {total:,}</translation>
    </message>
    <message>
        <location filename="qt/window/scan_progress.py"/>
        <source>Show</source>
        <translation>表示</translation>
    </message>
    <message>
        <location filename="qt/window/scan_progress.py"/>
        <source>Looking for pictures</source>
        <translation>画像を探しています</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>As the system</source>
        <translation>システムに合わせる</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Light</source>
        <translation>明るい</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Dark</source>
        <translation>暗い</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>While this is on, {place} is asked once a day which version is the newest. Nothing is sent along, not even your version, and nothing is downloaded or installed.</source>
        <translation>オンの間、最新のバージョンを1日1回{place}に問い合わせます。お使いのバージョンも含め何も送らず、ダウンロードもインストールも行いません。</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>This build names no place to ask for them, so nothing is asked. Whoever packages it can name one; so can you, as “release_address” in settings.json.</source>
        <translation>このビルドには問い合わせ先がないため、何も問い合わせません。パッケージを作る人が、またはsettings.jsonの「release_address」で指定できます。</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Settings</source>
        <translation>設定</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Put identified cards into the collection at once</source>
        <translation>特定できたカードをすぐコレクションに入れる</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Stay offline: never fetch the card catalogue by itself</source>
        <translation>オフラインのままにする: カタログを自動で取得しない</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Back up the collection every day on which it changed</source>
        <translation>変更のあった日にコレクションをバックアップする</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>The last seven days and four weeks are kept in the data folder</source>
        <translation>直近7日分と4週分をデータフォルダーに残します</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Tell me of new versions</source>
        <translation>新しいバージョンを知らせる</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Open data folder</source>
        <translation>データフォルダーを開く</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>What is known by then is the answer: which cards it may be.</source>
        <translation>それまでに分かったこと（どのカードの可能性があるか）が答えになります。</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>What the program speaks, from its next start</source>
        <translation>次の起動からプログラムが使う言語</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Where the picture doesn't tell, a new card starts as:</source>
        <translation>画像から分からないときの、新しいカードの初期値:</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Colours</source>
        <translation>配色</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Program’s language (next start)</source>
        <translation>表示言語（次の起動から）</translation>
    </message>
    <message>
        <location filename="qt/window/settings_dialog.py"/>
        <source>Read a card for at most</source>
        <translation>カードを読む時間の上限</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Starting the reader…</source>
        <translation>読み取りを起動中…</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Get the full one</source>
        <translation>完全版を取得</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>The reduced catalogue lacks cards and languages</source>
        <translation>縮小版のカタログにはカードと言語の一部がありません</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Stop scanning (Ctrl+.)</source>
        <translation>スキャンを停止 (Ctrl+.)</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Stop getting the catalogue</source>
        <translation>カタログの取得を停止</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Stop fetching pictures; it goes on where it stopped</source>
        <translation>画像の取得を停止。後で続きから再開します</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Stop preparing the model</source>
        <translation>モデルの準備を停止</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>Reduced catalogue</source>
        <translation>縮小版カタログ</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>No card catalogue yet</source>
        <translation>カードカタログなし</translation>
    </message>
    <message>
        <location filename="qt/window/status_strip.py"/>
        <source>{pending:,} to review</source>
        <translation>要確認 {pending:,}</translation>
    </message>
    <message>
        <location filename="qt/window/undoing.py"/>
        <source>Undone: {label}</source>
        <translation>元に戻しました: {label}</translation>
    </message>
    <message>
        <location filename="qt/window/undoing.py"/>
        <source>&amp;Undo: {undo_label}</source>
        <translation>元に戻す(&amp;U): {undo_label}</translation>
    </message>
    <message>
        <location filename="qt/window/undoing.py"/>
        <source>&amp;Redo: {redo_label}</source>
        <translation>やり直す(&amp;R): {redo_label}</translation>
    </message>
    <message>
        <location filename="qt/window/undoing.py"/>
        <source>Redo</source>
        <translation>やり直す</translation>
    </message>
    <message>
        <location filename="qt/window/unread_pictures.py"/>
        <source>{pictures} weren't read when the window was closed</source>
        <translation>ウィンドウを閉じたため、{pictures}が未読です</translation>
    </message>
    <message>
        <location filename="qt/window/unread_pictures.py"/>
        <source>Scan them</source>
        <translation>スキャンする</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Not here yet. It is fetched once from TCGdex, about 10 MB, in the background; the line at the bottom of the window says how far it is. Cards are read meanwhile, and named when it is there.</source>
        <translation>まだありません。TCGdexから一度だけ、約10 MBをバックグラウンドで取得します。進み具合はウィンドウ下部の行に表示されます。その間もカードを読み、取得後に名前を示します。</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>The reduced one, from a package registry: English printings up to March 2025. Where TCGdex can be reached, Catalogue → Update gets the full one.</source>
        <translation>パッケージレジストリの縮小版です（2025年3月までの英語版）。TCGdexに接続できれば、カタログ→更新で完全版を取得できます。</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>{printings:,} printings, from {source}.</source>
        <translation>{source}より{printings:,}版。</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Welcome</source>
        <translation>ようこそ</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Try {samples} sample cards</source>
        <translation>サンプルカード{samples}枚を試す</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Reading models…</source>
        <translation>読み取りモデル…</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Open the guide</source>
        <translation>ガイドを開く</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Welcome to Cardscanner</source>
        <translation>Cardscannerへようこそ</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>What it does</source>
        <translation>できること</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Drop photos of your cards on the window, or lay them under a camera. It names the exact printing of each and puts it into your collection. What it isn't sure of waits in Review: it asks rather than guesses.</source>
        <translation>カードの写真をウィンドウにドロップするか、カードをカメラの下に置いてください。それぞれの正確な版を特定し、コレクションに入れます。確かでないものは「確認」で待ちます。推測するより、お尋ねします。</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>What stays on this machine</source>
        <translation>このコンピューターに残るもの</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Everything: pictures, collection, what was read. No account, nothing is sent. Only the catalogue is fetched by itself (Settings → Stay offline leaves it out); pictures of printings, models and prices only when you ask for them.</source>
        <translation>画像、コレクション、読み取った内容のすべてです。アカウントは不要で、何も送信しません。自動で取得するのはカタログだけです（設定→オフラインのままにするで止められます）。版の画像、モデル、価格は求めたときだけ取得します。</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Any webcam will do. Lay the card flat, in even light, without a lamp's reflection on it. Your system may ask once whether the camera may be used.</source>
        <translation>どのウェブカメラでも使えます。むらのない明かりの下で、照明が映り込まないようにカードを平らに置いてください。カメラの使用を許可するか、システムが一度尋ねることがあります。</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>A second reader, if you like</source>
        <translation>お好みで、2つ目の読み取り役</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>A model of 0.3 to 0.6 GB can read what the quick reader isn't sure of. It costs some seconds a card; everything works without it.</source>
        <translation>0.3～0.6 GBのモデルは、速い読み取り役が確かでないものを読めます。カード1枚に数秒かかります。なくてもすべて動きます。</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>The samples were drawn by us. They go into your collection like any card; Undo (Ctrl+Z) takes them out again.</source>
        <translation>サンプルは私たちが描いたものです。ほかのカードと同じようにコレクションに入り、元に戻す (Ctrl+Z) で取り除けます。</translation>
    </message>
    <message>
        <location filename="qt/window/welcome_dialog.py"/>
        <source>Games and catalogue</source>
        <translation>ゲームとカタログ</translation>
    </message>
</context>
<context>
    <name>command line</name>
    <message>
        <location filename="cli.py"/>
        <source>Name the exact printing of trading cards in pictures, on this machine, offline.</source>
        <translation>画像に写ったトレーディングカードの正確な版を、このコンピューターで、オフラインで特定します。</translation>
    </message>
    <message>
        <location filename="cli.py"/>
        <source>Where collection, catalogue and settings are kept.</source>
        <translation>コレクション、カタログ、設定の保存場所。</translation>
    </message>
    <message>
        <location filename="cli.py"/>
        <source>Of a reading model; 0 for one for each core. Without it: as in the settings.</source>
        <translation>読み取りモデルのスレッド数。0でコアごとに1つ。省くと設定のとおり。</translation>
    </message>
    <message>
        <location filename="cli.py"/>
        <source>Give each thread of a reading model a core of its own.</source>
        <translation>読み取りモデルの各スレッドに専用のコアを割り当てます。</translation>
    </message>
    <message>
        <location filename="cli.py"/>
        <source>Never let a reading model be swapped out, where the system allows that.</source>
        <translation>システムが許すかぎり、読み取りモデルをスワップアウトさせません。</translation>
    </message>
    <message>
        <location filename="cli.py"/>
        <source>Say more on standard error; -vv says all.</source>
        <translation>標準エラー出力により多く表示します。-vvですべて表示します。</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Restored. What was there is in “{path}”.</source>
        <translation>復元しました。以前の内容は「{path}」にあります。</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>{copies:,} cards in {entries:,} lines, {scans:,} scans and {photos:,} photos</source>
        <translation>カード{copies:,}枚（{entries:,}行）、スキャン{scans:,}件、写真{photos:,}枚</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Wrote {counts} to {path}</source>
        <translation>{counts}を{path}に書き込みました</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>The backup of {when} holds {counts}.</source>
        <translation>{when}のバックアップの内容: {counts}。</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>There is no collection in “{parent}” yet.</source>
        <translation>「{parent}」にコレクションがまだありません。</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>There is no backup in “{folder}”.</source>
        <translation>「{folder}」にバックアップがありません。</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Put the backup in place of the collection?</source>
        <translation>コレクションをバックアップで置き換えますか？</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Restored. What was there is kept as “{kept}”.</source>
        <translation>復元しました。以前の内容は「{kept}」として残してあります。</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>The collection now holds {counts}.</source>
        <translation>現在のコレクション: {counts}。</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Write the collection, its scans and all photos into one file.

The window and a service may go on using the collection meanwhile.</source>
        <translation>コレクションとそのスキャン、すべての写真を1つのファイルに書き込みます。

その間もウィンドウとサービスはコレクションを使い続けられます。</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Put the collection of a backup in place of the present one.

Without FILE it is the newest good one of the backups of every day. The present collection is
backed up before; one that is damaged is kept beside.</source>
        <translation>バックアップのコレクションを現在のものと置き換えます。

FILEを省くと、毎日のバックアップのうち最新の正常なものを使います。現在のコレクションは先に
バックアップされ、壊れている場合は横に残されます。</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>The file to write; without it one is added to the backups of every day.</source>
        <translation>書き込むファイル。省くと毎日のバックアップに追加されます。</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Don't ask.</source>
        <translation>確認しません。</translation>
    </message>
    <message>
        <location filename="commands/backup.py"/>
        <source>Say what the backup holds, no more.</source>
        <translation>バックアップの内容を表示するだけです。</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>{done} of {total} done</source>
        <translation>{total}件中{done}件完了</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Every batch is done.</source>
        <translation>すべてのバッチが完了しています。</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>No picture of it has failed.</source>
        <translation>失敗した画像はありません。</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Watching {folder}; Ctrl+C ends it.</source>
        <translation>{folder}を監視しています。Ctrl+Cで終了します。</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>There is no batch {number}; cardscanner batch list shows all.</source>
        <translation>バッチ{number}はありません。cardscanner batch listですべて表示します。</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>A cluster reads batch {id}: `cardscanner cluster batch` goes on with it.</source>
        <translation>クラスターがバッチ{id}を読んでいます。`cardscanner cluster batch`で再開します。</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>{failed} failed</source>
        <translation>{failed}件失敗</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>{same} the same as another</source>
        <translation>{same}件は別のものと同じ</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>{counted_before} scanned before</source>
        <translation>{counted_before}件はスキャン済み</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>about {value} min to go</source>
        <translation>残り約{value}分</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>There are no batches yet: cardscanner scan --batch FOLDER makes one.</source>
        <translation>バッチはまだありません。cardscanner scan --batch FOLDERで作れます。</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>
Stopped; `cardscanner batch resume` goes on.</source>
        <translation>
停止しました。`cardscanner batch resume`で再開します。</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Pictures that are scanned in the background, also over several runs.</source>
        <translation>バックグラウンドでスキャンする画像。複数回の起動にわたって続けられます。</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Show the batches, newest first.</source>
        <translation>バッチを新しい順に表示します。</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Go on with these batches, or with all that are unfinished and not paused.</source>
        <translation>指定したバッチ、または一時停止していない未完了のバッチすべてを再開します。</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Let a batch wait until `resume`; also one that another program works on.</source>
        <translation>バッチを`resume`まで待たせます。別のプログラムが処理中のものも待たせます。</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Give up what is left of a batch; what was recorded stays.</source>
        <translation>バッチの残りをあきらめます。記録済みのものは残ります。</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Read the pictures of a batch again that couldn't be read.</source>
        <translation>バッチの読み取れなかった画像を読み直します。</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Scan what arrives in FOLDER and below it, until it is interrupted.

What is there already is scanned first, unless that was done before.</source>
        <translation>FOLDERとその下に届くものを、中断されるまでスキャンします。

すでにあるものは、まだなら先にスキャンします。</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Not only the last twenty.</source>
        <translation>直近の20件以外も表示します。</translation>
    </message>
    <message>
        <location filename="commands/batch.py"/>
        <source>Fetch nothing, not even a missing catalogue.</source>
        <translation>何もダウンロードしません。カタログがなくても取得しません。</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>{cards} cards; what stands on {known} of them is known.</source>
        <translation>カード{cards}枚、うち{known}枚は記載内容が分かっています。</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>There is no layout {unknown}; there are {layouts}.</source>
        <translation>分割{unknown}はありません。あるのは{layouts}です。</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>No card was found in the pictures of {photos}.</source>
        <translation>{photos}の画像にカードが見つかりません。</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>The table {path} has no column “file”.</source>
        <translation>表{path}に列「file」がありません。</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>No model is ready. Get one with: cardscanner models download</source>
        <translation>準備のできたモデルがありません。取得するには: cardscanner models download</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>Preparing {title} {variant}…</source>
        <translation>{title} {variant}を準備中…</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>one by one</source>
        <translation>1つずつ</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>The table {path} can't be read ({error}).</source>
        <translation>表{path}を読み込めません（{error}）。</translation>
    </message>
    <message>
        <location filename="commands/bench_photos.py"/>
        <source>{out} can't be written ({strerror}).</source>
        <translation>{out}に書き込めません（{strerror}）。</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>{printings:,} printings in {sets} sets ({size:.0f} MB)</source>
        <translation>{sets}セット、{printings:,}版（{size:.0f} MB）</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>from {source} {version}, licence {licence}</source>
        <translation>{source} {version}より、ライセンス {licence}</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>built {astimezone:%Y-%m-%d %H:%M}, {path}</source>
        <translation>{astimezone:%Y-%m-%d %H:%M}作成、{path}</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Offline: name a file or folder with --from.</source>
        <translation>オフライン: --fromでファイルかフォルダーを指定してください。</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Nothing fits.</source>
        <translation>該当なし。</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>There is no game {game_id!r}. There are: {games}.</source>
        <translation>ゲーム{game_id!r}はありません。あるのは: {games}。</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>{origin} holds no card data of {title}.</source>
        <translation>{origin}に{title}のカードデータがありません。</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>reduced: it lacks cards and languages of the full one</source>
        <translation>縮小版: 完全版にあるカードと言語の一部がありません</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>{error} --allow-smaller replaces it all the same.</source>
        <translation>{error} --allow-smallerを付けると、それでも置き換えます。</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>left out, not readable: {name}</source>
        <translation>読み取れず除外: {name}</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>The catalogue of printings: every card there is.</source>
        <translation>版のカタログ。存在するすべてのカードです。</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Fetch the catalogue and put it in place of the old one.

One that is poorer or older than the one in use is refused. The old catalogue stays in use until
the new one is complete.</source>
        <translation>カタログを取得し、古いものと置き換えます。

使用中のものより内容が乏しいものや古いものは拒否します。新しいものが完成するまで、古いカタログを
使い続けます。</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Say what the catalogue is made of.</source>
        <translation>カタログの内容を表示します。</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Find printings by name, number, set code or set name, in any order.

For example: "PAL 12", "012/193", "charizard obsidian", "SWSH174".</source>
        <translation>名前、番号、セット記号、セット名で版を探します。順序は問いません。

例: "PAL 12"、"012/193"、"charizard obsidian"、"SWSH174"。</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>A TCGdex or PTCG-database archive or folder, a wheel or a built catalogue on this machine; or only this repository, or only the package registry. May be given several times: the first counts, the others fill its gaps. Without it: TCGdex and PTCG-database, else the registry.</source>
        <translation>このコンピューターにあるTCGdexまたはPTCG-databaseのアーカイブかフォルダー、wheel、作成済みのカタログ。またはこのリポジトリのみ、パッケージレジストリのみ。複数指定でき、最初のものを優先し、ほかが不足を補います。省くとTCGdexとPTCG-database、なければレジストリを使います。</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Whose catalogue.</source>
        <translation>どのゲームのカタログか。</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>Replace the catalogue in use also by a poorer or older one.</source>
        <translation>使用中のカタログを、乏しいものや古いものでも置き換えます。</translation>
    </message>
    <message>
        <location filename="commands/catalogue.py"/>
        <source>At most so many lines.</source>
        <translation>最大行数。</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>{number} of {least} to {most} readers</source>
        <translation>読み取り役{number}（{least}～{most}）</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source> at {url}</source>
        <translation>（{url}）</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>{state}{at}: {readers}, {waiting} of {queue} pictures waiting, {retries} read again after a reader was lost</source>
        <translation>{state}{at}: {readers}、{queue}枚中{waiting}枚が待機中、読み取り役を失い読み直した画像{retries}枚</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>  {replica}  {node} process {pid}, {seconds} s, {pictures} pictures, {mb} MB</source>
        <translation>  {replica}  {node} プロセス{pid}、{seconds}秒、画像{pictures}枚、{mb} MB</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>there are at most {most} readers</source>
        <translation>読み取り役は最大{most}です</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>Read on many cores and machines with Ray (extra `cluster`).

A Ray cluster belongs in a trusted network: who may speak to it can run programs on it.</source>
        <translation>Rayで多くのコアやコンピューターを使って読みます（追加機能 `cluster`）。

Rayのクラスターは信頼できるネットワークに置いてください。接続できる人はプログラムを実行できます。</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>Answer as `cardscanner serve` does, with readers that are processes of their own.

A reader that ends is replaced, and its picture goes to another one.</source>
        <translation>`cardscanner serve`と同じように、別プロセスの読み取り役で答えます。

終了した読み取り役は交代し、その画像は別の読み取り役に回ります。</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>Tell who reads, what waits, and what is wrong.</source>
        <translation>誰が読み、何が待ち、何が問題かを表示します。</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>Processes that read cards, some 400 MB each; without it, one for each core.</source>
        <translation>カードを読むプロセス数（1つ約400 MB）。省くとコアごとに1つ。</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>Keep only so many readers while little waits; without it, all of them.</source>
        <translation>待つものが少ない間は、これだけの読み取り役を残します。省くとすべて。</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>Of a Ray that was started otherwise, such as 10.0.0.5:6379.</source>
        <translation>別に起動したRayのアドレス（例 10.0.0.5:6379）。</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>With the token of that Ray; without it, as the environment says.</source>
        <translation>そのRayのトークン。省くと環境のとおり。</translation>
    </message>
    <message>
        <location filename="commands/cluster.py"/>
        <source>For programs.</source>
        <translation>プログラム用。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>{done} of {total} pictures, {rate:.1f} a second</source>
        <translation>{total}枚中{done}枚、毎秒{rate:.1f}枚</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Say where to: --json FILE, --parquet FILE, or both.</source>
        <translation>書き込み先を指定してください: --json FILE、--parquet FILE、または両方。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Either paths here or --s3: they are read in different ways.</source>
        <translation>ここのパスか--s3のどちらかです。読み方が違います。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>What to read: paths, --list or --s3.</source>
        <translation>読むもの: パス、--list、または--s3。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>There are no pictures there.</source>
        <translation>そこに画像はありません。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Another program works on batch {id}, which reads the same pictures; one is enough. `cardscanner batch pause {id}` stops it.</source>
        <translation>別のプログラムが、同じ画像を読むバッチ{id}を処理中です。1つで足ります。`cardscanner batch pause {id}`で停止します。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Going on with batch {id}: {waiting} pictures wait.</source>
        <translation>バッチ{id}を再開: 画像{waiting}枚が待っています。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>It was begun into the collection, and goes on like that.</source>
        <translation>コレクションに入れる形で始めたため、そのまま続けます。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>It was begun without the collection, and goes on like that.</source>
        <translation>コレクションに入れない形で始めたため、そのまま続けます。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>{words}, about {left:.0f} min to go</source>
        <translation>{words}、残り約{left:.0f}分</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>{count} answers are in {json_file}.</source>
        <translation>答え{count}件が{json_file}にあります。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>{count} answers are in {parquet_file}.</source>
        <translation>答え{count}件が{parquet_file}にあります。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Batch {number} was deleted meanwhile.</source>
        <translation>バッチ{number}はその間に削除されました。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>There is no batch {number} that a cluster read.</source>
        <translation>クラスターが読んだバッチ{number}はありません。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>
Stopped; the same command goes on.</source>
        <translation>
停止しました。同じコマンドで再開します。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Read many pictures on a cluster: files, folders, patterns, a list, or an object store.

Each answer is recorded once, in the data folder here. When it is interrupted, or this machine
loses its power, the same command goes on where it was.

The exit status is 0 when every picture could be read, 1 otherwise.</source>
        <translation>クラスターで多くの画像を読みます: ファイル、フォルダー、パターン、一覧、オブジェクトストア。

それぞれの答えは、ここのデータフォルダーに1回だけ記録されます。中断や停電の後も、同じコマンドで
続きから再開します。

すべての画像を読めた場合、終了ステータスは0、そうでなければ1です。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Write the answers of a batch that a cluster read, also of one that isn't done yet.</source>
        <translation>クラスターが読んだバッチの答えを、未完了でも書き込みます。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Write the answers to this file, one JSON object a line, as `scan --json` prints them.</source>
        <translation>答えをこのファイルに、`scan --json`と同じ形で1行1つのJSONオブジェクトとして書き込みます。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Write the answers to this file, one row a picture.</source>
        <translation>答えをこのファイルに、画像ごとに1行書き込みます。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Read an object store: s3://bucket/folder, or http://host:9000/bucket/folder for one of your own. Its keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, on every node.</source>
        <translation>オブジェクトストアを読みます: s3://bucket/folder、自前ならhttp://host:9000/bucket/folder。キーは各ノードのAWS_ACCESS_KEY_IDとAWS_SECRET_ACCESS_KEYから取ります。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>A file with one path on a line, or with --s3 one key.</source>
        <translation>1行に1つのパス、--s3ではキーを書いたファイル。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Put identified cards into the collection; the others wait in the window's Review.</source>
        <translation>特定できたカードをコレクションに入れます。ほかはウィンドウの「確認」で待ちます。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>With --add: count cards once more that were counted.</source>
        <translation>--addとともに: すでに数えたカードももう一度数えます。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>How many read side by side. Without it: as many as there are processor cores.</source>
        <translation>同時に読む数。省くとプロセッサーのコア数。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>Join this Ray cluster instead of starting one on this machine.</source>
        <translation>このコンピューターで起動せず、このRayクラスターに参加します。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>With --address: the file with the cluster's token.</source>
        <translation>--addressとともに: クラスターのトークンのファイル。</translation>
    </message>
    <message>
        <location filename="commands/cluster_batch.py"/>
        <source>With --address: where the nodes have the catalogue. Without it: where it is here.</source>
        <translation>--addressとともに: ノードのカタログの場所。省くとここと同じ場所。</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>{written} rows would be written</source>
        <translation>{written}行を書き込みます</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>{written} rows written to {output}</source>
        <translation>{written}行を{output}に書き込みました</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>{part}: this format has no place for it, {rows} rows</source>
        <translation>{part}：この形式には欄がありません、{rows}行</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>Left out: {name} {printed_number} ({set_name}): {reason}</source>
        <translation>除外: {name} {printed_number}（{set_name}）: {reason}</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>… and {left_out} more</source>
        <translation>… ほか{left_out}件</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>Say with -o which file to write.</source>
        <translation>書き込むファイルを-oで指定してください。</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>Write the collection to a CSV file, newest cards first.

Cards that the format can't carry are listed on standard error with the reason.</source>
        <translation>コレクションをCSVファイルに、新しいカードから順に書き込みます。

形式で表せないカードは、理由とともに標準エラー出力に表示します。</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>plain keeps every field and can be read back.</source>
        <translation>plainはすべての項目を残し、読み戻せます。</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>The file to write; - for standard output.</source>
        <translation>書き込むファイル。-で標準出力。</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>Only entries that this search finds.</source>
        <translation>この検索で見つかる項目だけ。</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>Only the cards of this session of live scanning.</source>
        <translation>このライブスキャンのセッションのカードだけ。</translation>
    </message>
    <message>
        <location filename="commands/export.py"/>
        <source>Show the first rows and what is left out, no more.</source>
        <translation>最初の数行と除外されるものを表示するだけです。</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>{name}: {title}, {rows:,} rows</source>
        <translation>{name}: {title}、{rows:,}行</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>{cards:,} rows are cards ({copies:,} copies), {waiting:,} would wait in Review, {none:,} say that there is no copy.</source>
        <translation>{cards:,}行がカード（{copies:,}枚）、{waiting:,}行は「確認」で待ち、{none:,}行は枚数なしとされています。</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>Line {line}: {title}: {reason}</source>
        <translation>{line}行目: {title}: {reason}</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>… and {more:,} rows more</source>
        <translation>… ほか{more:,}行</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>The same file was imported on {when}.</source>
        <translation>同じファイルは{when}にインポート済みです。</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>Nothing was imported: --again counts its cards once more.</source>
        <translation>何もインポートしませんでした。--againを付けると、カードをもう一度数えます。</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>Imported {copies:,} cards in {cards:,} rows; {waiting:,} wait in Review.</source>
        <translation>{cards:,}行のカード{copies:,}枚をインポートしました。{waiting:,}行が「確認」で待っています。</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>Put the cards of a CSV file into the collection.

Files of Cardscanner, the TCGplayer app, Collectr, Dragon Shield, Deckbox, TCG Collector and
Cardmarket are known by their columns. Rows whose printing isn't sure wait in the window's
Review with all that the file says of them; none is dropped.</source>
        <translation>CSVファイルのカードをコレクションに入れます。

Cardscanner、TCGplayerアプリ、Collectr、Dragon Shield、Deckbox、TCG Collector、Cardmarketの
ファイルは列の名前で見分けます。版が確かでない行は、ファイルの内容をすべて保ったまま
ウィンドウの「確認」で待ちます。失われる行はありません。</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>The program that wrote the file; without it, its columns tell.</source>
        <translation>ファイルを書いたプログラム。省くと列の名前から判断します。</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>Say what it would bring, no more.</source>
        <translation>何が追加されるか表示するだけです。</translation>
    </message>
    <message>
        <location filename="commands/import_file.py"/>
        <source>Also when the same file was imported before.</source>
        <translation>同じファイルがインポート済みでも行います。</translation>
    </message>
    <message>
        <location filename="commands/keep.py"/>
        <source>{kept} kept, {waiting} to review</source>
        <translation>{kept}枚を保存、{waiting}枚は要確認</translation>
    </message>
    <message>
        <location filename="commands/keep.py"/>
        <source>{words}, {pictures} skipped: scanned before (--again counts them again)</source>
        <translation>{words}、{pictures}をスキップ: スキャン済み（--againでもう一度数えます）</translation>
    </message>
    <message>
        <location filename="commands/keep.py"/>
        <source>1 picture</source>
        <translation>画像1枚</translation>
    </message>
    <message>
        <location filename="commands/keep.py"/>
        <source>{skipped} pictures</source>
        <translation>画像{skipped}枚</translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>There is no file {missing}.</source>
        <translation>ファイル{missing}はありません。</translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>The user and password of {camera} are not kept on this system. Write them into the address, as in rtsp://user:password@camera/stream.</source>
        <translation>{camera}のユーザー名とパスワードは、このシステムに保存されていません。rtsp://user:password@camera/streamのようにアドレスに書いてください。</translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>Name cards as they are laid under a camera; Ctrl-C ends.

Lay a card down, wait for its line, lay down the next. The exit status is 1 when the camera or
file couldn't be opened.</source>
        <translation>カメラの下に置いたカードの名前を順に示します。Ctrl-Cで終了します。

カードを置き、行が出るのを待ち、次を置いてください。カメラやファイルを開けなかった場合、
終了ステータスは1です。</translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>A camera by its name or index, a video file, a folder of pictures, or an address.</source>
        <translation>カメラの名前か番号、動画ファイル、画像フォルダー、またはアドレス。</translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>List the cameras and end.</source>
        <translation>カメラを一覧表示して終了します。</translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>One JSON object a line on standard output.</source>
        <translation>標準出力に1行1つのJSONオブジェクト。</translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>Of a video file, however long that takes.</source>
        <translation>動画ファイルから、どれだけ時間がかかっても。</translation>
    </message>
    <message>
        <location filename="commands/live.py"/>
        <source>Whether an installed model reads too. Without it: as in the settings.</source>
        <translation>インストール済みのモデルも読むかどうか。省くと設定のとおり。</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Text recognition alone reads</source>
        <translation>文字認識だけが読みます</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>A model reads too where text recognition is unsure</source>
        <translation>文字認識が不確かなとき、モデルも読みます</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>A model reads every card</source>
        <translation>モデルがすべてのカードを読みます</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{title} ({wanted}) is {bytes:.0f} MB, licence {licence} ({licence_url}), from {repository} at {revision}.</source>
        <translation>{title}（{wanted}）は{bytes:.0f} MB、ライセンス {licence}（{licence_url}）、{repository}のリビジョン{revision}です。</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{title}: every file is as it was installed.</source>
        <translation>{title}: すべてのファイルがインストール時のままです。</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{title} was removed; {freed:.0f} MB are free again.</source>
        <translation>{title}を削除しました。{freed:.0f} MBが空きました。</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{title} is ready.</source>
        <translation>{title}の準備ができました。</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>	about {sizes}; about {memory:.1f} GB of memory</source>
        <translation>	約{sizes}、メモリ約{memory:.1f} GB</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>ready</source>
        <translation>準備完了</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>to be prepared: {reason}</source>
        <translation>要準備: {reason}</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>revision {revision}</source>
        <translation>リビジョン{revision}</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>from a folder</source>
        <translation>フォルダーから</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>	installed: {variants} ({bytes:.0f} MB, {origin}), {ready}</source>
        <translation>	インストール済み: {variants}（{bytes:.0f} MB、{origin}）、{ready}</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Offline: name a folder with --from.</source>
        <translation>オフライン: --fromでフォルダーを指定してください。</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Other files are known of this revision: {files}. What the hub says of them is checked.</source>
        <translation>このリビジョンでは別のファイルが知られています: {files}。ハブの情報で確認します。</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Download it?</source>
        <translation>ダウンロードしますか？</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{title}: {broken}. Get them again with: cardscanner models download {id}</source>
        <translation>{title}: {broken}。取得し直すには: cardscanner models download {id}</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Delete {title}?</source>
        <translation>{title}を削除しますか？</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{name}	{seconds:.0f} ms</source>
        <translation>{name}	{seconds:.0f} ms</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>kept</source>
        <translation>採用</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>left out</source>
        <translation>除外</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>It will be asked; “cardscanner models use fast” takes that back.</source>
        <translation>モデルに尋ねます。「cardscanner models use fast」で元に戻せます。</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>To ask it where text is unsure: cardscanner models use balanced {id}</source>
        <translation>文字が不確かなときに尋ねるには: cardscanner models use balanced {id}</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>{v} {mb} MB</source>
        <translation>{v} {mb} MB</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>	not installed</source>
        <translation>	未インストール</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Ask it where text recognition is unsure?</source>
        <translation>文字認識が不確かなとき、モデルに尋ねますか？</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Downloading {title}</source>
        <translation>{title}をダウンロード中</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Reading {title}</source>
        <translation>{title}を読み込み中</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Models that read and verify cards. The program works without any.</source>
        <translation>カードを読み、確かめるモデル。なくてもプログラムは動きます。</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Say which models there are, what they take, and which are installed.</source>
        <translation>どのモデルがあり、何が必要で、どれがインストール済みかを表示します。</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Download and prepare a model; one that was cut off goes on where it stopped.

HF_ENDPOINT names a mirror, HF_HUB_OFFLINE forbids, proxies come from the usual variables.</source>
        <translation>モデルをダウンロードして準備します。途切れた場合は続きから再開します。

HF_ENDPOINTはミラーを指定し、HF_HUB_OFFLINEは禁止します。プロキシは通常の変数から取ります。</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Remember when a model reads too: never, where text recognition is unsure, or always.</source>
        <translation>モデルも読む場合を記憶します: 読まない、文字認識が不確かなとき、常に。</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Make an installed model ready for this computer; says what was tried and why it was kept.</source>
        <translation>インストール済みのモデルをこのコンピューター用に準備します。何を試し、なぜ採用したかを表示します。</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Read an installed model's files again and compare them with what was installed.</source>
        <translation>インストール済みのモデルのファイルを読み直し、インストール時のものと比べます。</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Delete a model's files.</source>
        <translation>モデルのファイルを削除します。</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Time an installed model here; with photos, all that are ready, and how well they read.

With photos each way of asking is tried: five layouts of tiles, all fields at once or one by
one, the picture before or after the question, with a draft and without. Then drafts are held
against a grey card, a card's back and other cards: how often would the model confirm them?</source>
        <translation>インストール済みのモデルの時間をここで測ります。写真があれば、準備済みのすべてと読み取りの正確さも調べます。

写真では各尋ね方を試します: 5種類の分割、全項目一度にまたは1つずつ、画像を質問の前か後、下書きありとなし。
次に、下書きを灰色のカード、カードの裏、別のカードと照らします: モデルは何回それを確認するでしょうか。</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Which files: uint8, int8, fp16, fp32 or q4; by default what suits.</source>
        <translation>どのファイルか: uint8、int8、fp16、fp32、q4。省くと適したもの。</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Use a folder on disk instead of downloading.</source>
        <translation>ダウンロードせず、ディスク上のフォルダーを使います。</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Take the newest revision, or a folder's files whatever they are, not just the known one.</source>
        <translation>既知のものに限らず、最新のリビジョンやフォルダーのファイルをそのまま使います。</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Agree to size and licence without being asked.</source>
        <translation>確認なしで大きさとライセンスに同意します。</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Read these pictures of cards, in each way of asking, and print how that did.</source>
        <translation>これらのカードの画像を各尋ね方で読み、結果を表示します。</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>A table with the column “file” and what stands on the card: name, number, hp and so on. Without it: what the catalogue says of cards that text recognition identifies.</source>
        <translation>列「file」とカードの記載内容（name、number、hpなど）の表。省くと、文字認識で特定できたカードについてのカタログの内容。</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Write the result to this file too. It holds figures only, no picture and no path.</source>
        <translation>結果をこのファイルにも書き込みます。数値だけで、画像もパスも含みません。</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Only this layout of tiles; may be given again.</source>
        <translation>この分割だけ。複数指定できます。</translation>
    </message>
    <message>
        <location filename="commands/models.py"/>
        <source>Each installed quantisation, not the best one.</source>
        <translation>最良のものだけでなく、インストール済みの各量子化。</translation>
    </message>
    <message>
        <location filename="commands/opening.py"/>
        <source>There is no card catalogue yet; no printing can be named offline.</source>
        <translation>カードカタログがまだありません。オフラインでは版を特定できません。</translation>
    </message>
    <message>
        <location filename="commands/opening.py"/>
        <source>{error} Going on without the card catalogue.</source>
        <translation>{error} カードカタログなしで続けます。</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{pictures:,} small pictures of {sets} sets from {hostname}, up to about {size} and {time} at three a second. {kept} Pictures that are fingerprinted already: {known:,}.</source>
        <translation>{hostname}から{sets}セットの小さな画像{pictures:,}枚、最大で約{size}、毎秒3枚で約{time}。{kept} 指紋取得済みの画像: {known:,}枚。</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Name sets with --sets, or take --all, --from or --export.</source>
        <translation>--setsでセットを指定するか、--all、--from、--exportを使ってください。</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{index:,} fingerprints in {target} ({st_size:.1f} MB)</source>
        <translation>{target}に指紋{index:,}個（{st_size:.1f} MB）</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{minutes:.1f} hours</source>
        <translation>{minutes:.1f}時間</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{value} minutes</source>
        <translation>{value}分</translation>
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
        <translation>画像も個人用に保存します。著作権は制作者にあります。</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Only fingerprints of 64 bytes are kept.</source>
        <translation>64バイトの指紋だけを保存します。</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{taken:,} new</source>
        <translation>新規{taken:,}</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{total:,} printings have a fingerprint ({parts}).</source>
        <translation>{total:,}の版に指紋があります（{parts}）。</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>--from takes in what is there; leave --sets and --all out.</source>
        <translation>--fromはすでにあるものを取り込みます。--setsと--allは付けないでください。</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>There are no fingerprints to export yet.</source>
        <translation>エクスポートできる指紋がまだありません。</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{known:,} were there</source>
        <translation>既存{known:,}</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>of {absent:,} there is no picture</source>
        <translation>{absent:,}件は画像がありません</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>{unknown:,} fit no printing of this catalogue</source>
        <translation>{unknown:,}件はこのカタログの版に合いません</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>refused {count:,}: {why} ({named})</source>
        <translation>{count:,}件を拒否: {why}（{named}）</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Fetch them?</source>
        <translation>取得しますか？</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>This game has no server of pictures; take --from.</source>
        <translation>このゲームには画像サーバーがありません。--fromを使ってください。</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Fetch small pictures of printings, by which cards are named whose print can't be read.

Only 64 bytes of each are kept. A run that was cut off goes on where it stopped, and after a
catalogue update only what is new is fetched: without options, of what was chosen before.</source>
        <translation>印刷が読めないカードを特定するための、版の小さな画像を取得します。

それぞれ64バイトだけを保存します。途切れた場合は続きから再開し、カタログの更新後は新しいものだけを
取得します。オプションなしでは、前に選んだものが対象です。</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Only these sets, by id or code: sv02,PAF.</source>
        <translation>これらのセットだけ。IDか記号で: sv02,PAF。</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>All sets, the newest first.</source>
        <translation>すべてのセットを新しい順に。</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>A file that another desk exported, a table of ids and fingerprints, or a folder of pictures, instead of the asset server.</source>
        <translation>別の端末がエクスポートしたファイル、IDと指紋の表、または画像フォルダー。画像サーバーの代わりに使います。</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Whose pictures to prefer: en,de. The art is shared.</source>
        <translation>優先する画像の言語: en,de。イラストは共通です。</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Keep the pictures themselves too.</source>
        <translation>画像自体も保存します。</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Write all fingerprints into this file, for another desk's --from.</source>
        <translation>別の端末の--from用に、すべての指紋をこのファイルに書き込みます。</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Whose pictures.</source>
        <translation>どのゲームの画像か。</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Another server laid out so.</source>
        <translation>同じ構成の別のサーバー。</translation>
    </message>
    <message>
        <location filename="commands/pictures.py"/>
        <source>Agree to size and time without being asked.</source>
        <translation>確認なしで大きさと時間に同意します。</translation>
    </message>
    <message>
        <location filename="commands/rescue.py"/>
        <source>“{path}” is damaged: {damage}</source>
        <translation>「{path}」が壊れています: {damage}</translation>
    </message>
    <message>
        <location filename="commands/rescue.py"/>
        <source>Saved {salvaged}. The damaged file is kept as “{kept}”.</source>
        <translation>{salvaged}を救出しました。壊れたファイルは「{kept}」として残してあります。</translation>
    </message>
    <message>
        <location filename="commands/rescue.py"/>
        <source>“{path}” is in order.</source>
        <translation>「{path}」は正常です。</translation>
    </message>
    <message>
        <location filename="commands/rescue.py"/>
        <source>Check the collection's file; if it is damaged, save what can be read into a new one.

The new file takes the place of the damaged one, which is kept beside it. Close the window and
whatever else uses the collection before.</source>
        <translation>コレクションのファイルを検査します。壊れていれば、読めるものを新しいファイルに救出します。

新しいファイルが壊れたものに代わり、壊れたものは横に残ります。先にウィンドウなど、コレクションを
使うものをすべて閉じてください。</translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>--batch prints no answers: leave the other options out.</source>
        <translation>--batchは答えを表示しません。ほかのオプションは付けないでください。</translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>Name the cards in pictures: files, folders (with those below), or patterns such as "*.jpg".

A PDF or TIFF document is scanned page by page, as album.pdf#1, album.pdf#2 and so on.

The exit status is 0 when every file could be read, 1 otherwise.</source>
        <translation>画像に写ったカードを特定します: ファイル、フォルダー（下位も含む）、"*.jpg"のようなパターン。

PDFやTIFFの文書は、album.pdf#1、album.pdf#2のように1ページずつスキャンします。

すべてのファイルを読めた場合、終了ステータスは0、そうでなければ1です。</translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>Also write one row a card to this file.</source>
        <translation>カードごとに1行をこのファイルにも書き込みます。</translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>Like --add for many pictures: faster, without printing each answer, and when it is interrupted, `cardscanner batch resume` goes on.</source>
        <translation>多くの画像向けの--add。答えを表示しない分速く、中断されても`cardscanner batch resume`で再開できます。</translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>With --add or --batch: count pictures once more whose cards are counted already; without it they are skipped.</source>
        <translation>--addまたは--batchとともに: すでに数えたカードの画像ももう一度数えます。省くとスキップします。</translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>Whether an installed model reads too: never, where it is unsure, or always. Without it: as in the settings.</source>
        <translation>インストール済みのモデルも読むかどうか: 読まない、確かでないとき、常に。省くと設定のとおり。</translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>How long a card may be read before what is known of it is the answer. Without it: as in the settings, 2 at first.</source>
        <translation>カードを読む時間の上限。それまでに分かったことが答えになります。省くと設定のとおりで、最初は2です。</translation>
    </message>
    <message>
        <location filename="commands/scan.py"/>
        <source>Write what was found, step by step, as pictures into this folder.</source>
        <translation>見つけたものを一歩ずつ画像としてこのフォルダーに書き込みます。</translation>
    </message>
    <message>
        <location filename="commands/scan_output.py"/>
        <source>– {source}: no card found</source>
        <translation>– {source}: カードが見つかりません</translation>
    </message>
    <message>
        <location filename="commands/scan_output.py"/>
        <source> (read: {read})</source>
        <translation>（読み取り: {read}）</translation>
    </message>
    <message>
        <location filename="commands/scan_output.py"/>
        <source>{path} can't be written: {strerror}</source>
        <translation>{path}に書き込めません: {strerror}</translation>
    </message>
    <message>
        <location filename="commands/scan_output.py"/>
        <source>The table can't be written: {strerror}</source>
        <translation>表を書き込めません: {strerror}</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>The service needs libraries that aren't installed. Run: {executable} -m pip install {missing}</source>
        <translation>サービスに必要なライブラリがインストールされていません。実行してください: {executable} -m pip install {missing}</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Answer over HTTP what `scan` answers here; OpenAPI describes it at /openapi.json.

Only this machine can reach the service, unless --host says otherwise; then it needs a key.</source>
        <translation>ここで`scan`が答えることにHTTPで答えます。OpenAPIの説明は/openapi.jsonにあります。

--hostで指定しないかぎり、このコンピューターからだけ接続できます。指定した場合はキーが必要です。</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Threads that read cards, each with networks of its own.</source>
        <translation>カードを読むスレッド数。それぞれが専用のネットワークを持ちます。</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Largest picture file.</source>
        <translation>画像ファイルの最大サイズ。</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Largest size of all pictures of unfinished batches together.</source>
        <translation>未完了のバッチの画像すべての合計の最大サイズ。</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Days for which a batch that has ended is told of; what it recorded stays.</source>
        <translation>終了したバッチの情報を残す日数。記録したものは残ります。</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Connections that may be open at a time.</source>
        <translation>同時に開ける接続の数。</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Seconds that an upload may take.</source>
        <translation>アップロードにかけてよい秒数。</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>The address to listen on.</source>
        <translation>待ち受けるアドレス。</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>0 takes a free one.</source>
        <translation>0で空いているものを使います。</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>How thoroughly to read where a request doesn't say. Without it: as in the settings. A model is loaded only where this isn't fast.</source>
        <translation>リクエストに指定がないときの読み取りの丁寧さ。省くと設定のとおり。fastでないときだけモデルを読み込みます。</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>How long a card may be read before what is known of it is the answer, where a request doesn't say. Without it: as in the settings, 2 at first. Batches are read without limit.</source>
        <translation>リクエストに指定がないときの、カードを読む時間の上限。それまでに分かったことが答えになります。省くと設定のとおりで、最初は2です。バッチは無制限に読みます。</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>A name that clients may call the service by, besides its address; may be given again.</source>
        <translation>アドレスのほかにクライアントがサービスを呼べる名前。複数指定できます。</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Without a key too, batches may put cards into the collection where they ask for it.</source>
        <translation>キーがなくても、求めがあればバッチがカードをコレクションに入れられます。</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Pictures that may be read or wait at a time; more are told to come back.</source>
        <translation>同時に読むか待てる画像の数。それ以上は後で来るよう伝えます。</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Seconds that a picture may wait and be read, together.</source>
        <translation>画像が待つ時間と読まれる時間を合わせた秒数。</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Seconds without any progress after which a reader is replaced and its picture given up.</source>
        <translation>進展がないまま、この秒数が過ぎると読み取り役を交代し、その画像をあきらめます。</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>Seconds to finish what was accepted, when told to stop.</source>
        <translation>停止を求められたとき、受け付けたものを終えるための秒数。</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>scans    {counts}</source>
        <translation>スキャン  {counts}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>cards    {counts}</source>
        <translation>カード    {counts}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>answers  {counts}</source>
        <translation>答え      {counts}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>model switches      {model_switches:7}</source>
        <translation>モデルの切り替え    {model_switches:7}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>speculation         {speculation_adopted:7} used, {speculation_dropped} dropped, {speculation_saved_ms:.1f} s saved</source>
        <translation>先読み              {speculation_adopted:7}件使用、{speculation_dropped}件破棄、{speculation_saved_ms:.1f}秒節約</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>model asked         {asked:7}: added {added}, agreed {agreed}, settled {settled}, contradicted {contradicted}, refused by the control {refused}</source>
        <translation>モデルへの照会      {asked:7}件: 追加 {added}、一致 {agreed}、決定 {settled}、不一致 {contradicted}、検査で拒否 {refused}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>Nothing was scanned yet.</source>
        <translation>まだ何もスキャンしていません。</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>known before        {known_before:7.1%}</source>
        <translation>既知だった割合      {known_before:7.1%}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>cards a minute      {cards_a_minute:7.1f}</source>
        <translation>1分あたりのカード   {cards_a_minute:7.1f}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>expected card came  {prior_rate:7.1%}</source>
        <translation>予想したカードが来た {prior_rate:7.1%}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>looked at ahead     {looked:7.1%}</source>
        <translation>先に見た割合        {looked:7.1%}</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>Say how fast cards were read, and how often an answer was known before.

The figures are of all times that something was scanned into this data folder, or with
--last-run of the last time: in the window, by `scan --add`, in batches, by the service. A
`scan` without --add leaves nothing there, and isn't counted.</source>
        <translation>カードを読んだ速さと、答えが既知だった頻度を表示します。

数値はこのデータフォルダーにスキャンしたすべて、または--last-runで直近の1回についてのものです:
ウィンドウ、`scan --add`、バッチ、サービス。--addなしの`scan`は何も残さず、数えられません。</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>One JSON object, times in milliseconds.</source>
        <translation>JSONオブジェクト1つ。時間はミリ秒。</translation>
    </message>
    <message>
        <location filename="commands/stats.py"/>
        <source>Only what the last run that scanned counted.</source>
        <translation>直近のスキャンで数えたものだけ。</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>the settings say to stay offline</source>
        <translation>設定がオフラインになっています</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>values are switched off</source>
        <translation>価値の表示がオフです</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>Nothing was asked for: {why}.</source>
        <translation>問い合わせませんでした: {why}。</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>{asked:,} cards asked for</source>
        <translation>カード{asked:,}枚について問い合わせました</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>{source}: {name}{amount:,.2f} {currency} for {copies:,} cards, prices of {day} or later</source>
        <translation>{source}: {name}{amount:,.2f} {currency}、カード{copies:,}枚、{day}以降の価格</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>in no folder</source>
        <translation>フォルダーなし</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>Say what the collection is worth, by the prices that were asked for.

Values are off until they are switched on in the window's settings: asking sends the ids of the
printings in the collection to api.tcgdex.net, and nothing else.</source>
        <translation>問い合わせた価格による、コレクションの価値を表示します。

価値の表示は、ウィンドウの設定でオンにするまでオフです。問い合わせではコレクションの版のIDを
api.tcgdex.netに送り、ほかには何も送りません。</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>Totals by set or by folder.</source>
        <translation>セットごと、またはフォルダーごとの合計。</translation>
    </message>
    <message>
        <location filename="commands/values.py"/>
        <source>Ask for the prices that are due; only where the settings switch values on.</source>
        <translation>期限の来た価格を問い合わせます。設定で価値の表示がオンのときだけ。</translation>
    </message>
</context>
<context>
    <name>said</name>
    <message>
        <location filename="capture/cameras.py"/>
        <source>There is no camera “{text}”. Plugged in: {names}.</source>
        <translation>カメラ「{text}」がありません。接続中: {names}。</translation>
    </message>
    <message>
        <location filename="capture/cameras.py"/>
        <source>{name}: the system doesn't let this program use the camera.</source>
        <translation>{name}: システムがこのプログラムにカメラの使用を許可していません。</translation>
    </message>
    <message>
        <location filename="capture/cameras.py"/>
        <source>{name} is in use by another program.</source>
        <translation>{name}は別のプログラムが使用中です。</translation>
    </message>
    <message>
        <location filename="capture/cameras.py"/>
        <source>No camera is plugged in.</source>
        <translation>カメラが接続されていません。</translation>
    </message>
    <message>
        <location filename="capture/cameras.py"/>
        <source>{name} isn't plugged in any more.</source>
        <translation>{name}はもう接続されていません。</translation>
    </message>
    <message>
        <location filename="capture/decoder/opening.py"/>
        <source>the document has no page {page}</source>
        <translation>文書に{page}ページはありません</translation>
    </message>
    <message>
        <location filename="capture/decoder/pool.py"/>
        <source>the file is damaged or cut short</source>
        <translation>ファイルが壊れているか、途中で切れています</translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>{memory} MB</source>
        <translation>{memory} MB</translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>it needs more than {memory_in_words} of memory to open and was stopped; save a smaller copy, best as JPEG, and try that</source>
        <translation>開くのに{memory_in_words}を超えるメモリが必要なため中止しました。小さくしたコピーをなるべくJPEGで保存し、それでお試しください</translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>it is damaged, or needs more than {memory_in_words} of memory to open; save it anew, best as JPEG, and try that</source>
        <translation>壊れているか、開くのに{memory_in_words}を超えるメモリが必要です。なるべくJPEGで保存し直し、それでお試しください</translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>it took more than {seconds} seconds to open and was stopped; save it anew, best as JPEG, and try that</source>
        <translation>開くのに{seconds}秒以上かかったため中止しました。なるべくJPEGで保存し直し、それでお試しください</translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>it couldn't be read within {wall_seconds} seconds; copy it to this machine's own disk and try that</source>
        <translation>{wall_seconds}秒以内に読み込めませんでした。このコンピューターのディスクにコピーしてお試しください</translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>the program's decoder doesn't start</source>
        <translation>プログラムのデコーダーが起動しません</translation>
    </message>
    <message>
        <location filename="capture/decoder/process.py"/>
        <source>the program's decoder doesn't start ({reason})</source>
        <translation>プログラムのデコーダーが起動しません（{reason}）</translation>
    </message>
    <message>
        <location filename="capture/files.py"/>
        <source>the file is empty</source>
        <translation>ファイルが空です</translation>
    </message>
    <message>
        <location filename="capture/files.py"/>
        <source>the file has more than {max_file_bytes} GB</source>
        <translation>ファイルが{max_file_bytes} GBを超えています</translation>
    </message>
    <message>
        <location filename="capture/files.py"/>
        <source>{name}: there isn't enough memory to open it</source>
        <translation>{name}: 開くためのメモリが足りません</translation>
    </message>
    <message>
        <location filename="capture/health.py"/>
        <source>{source}: the picture is black. Is the lens covered?</source>
        <translation>{source}: 画像が真っ黒です。レンズがふさがれていませんか。</translation>
    </message>
    <message>
        <location filename="capture/health.py"/>
        <source>{source}: the picture stands still.</source>
        <translation>{source}: 画像が止まっています。</translation>
    </message>
    <message>
        <location filename="capture/health.py"/>
        <source>{source} gives only {rate} pictures a second.</source>
        <translation>{source}は毎秒{rate}枚の画像しか送ってきません。</translation>
    </message>
    <message>
        <location filename="capture/images.py"/>
        <source>it isn't a picture of a kind that can be read</source>
        <translation>読み込める種類の画像ではありません</translation>
    </message>
    <message>
        <location filename="capture/limits.py"/>
        <source>the picture has more than {max_pixels} megapixels</source>
        <translation>画像が{max_pixels}メガピクセルを超えています</translation>
    </message>
    <message>
        <location filename="capture/limits.py"/>
        <source>the picture has more than {most} megapixels, too many for its kind; save it as a plain JPEG and try that</source>
        <translation>画像が{most}メガピクセルを超えており、この種類には大きすぎます。通常のJPEGで保存し、それでお試しください</translation>
    </message>
    <message>
        <location filename="capture/limits.py"/>
        <source>the picture has a side of more than {max_side} pixels; cut it into parts</source>
        <translation>画像の一辺が{max_side}ピクセルを超えています。分割してください</translation>
    </message>
    <message>
        <location filename="capture/limits.py"/>
        <source>the page has no size</source>
        <translation>ページに大きさがありません</translation>
    </message>
    <message>
        <location filename="capture/limits.py"/>
        <source>the {what} is more than {max_ratio} times as long as wide; no card is seen on that</source>
        <translation>{what}の縦横比が{max_ratio}倍を超えています。カードは写っていません</translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>only one page</source>
        <translation>1ページのみ</translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>only {document} pages</source>
        <translation>{document}ページのみ</translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>the document has {only}</source>
        <translation>文書は{only}です</translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>the document is locked with a password; save a copy without one</source>
        <translation>文書がパスワードで保護されています。パスワードなしのコピーを保存してください</translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>the document is damaged or cut short</source>
        <translation>文書が壊れているか、途中で切れています</translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>the document has more than {max_pages} pages ({document}); split it</source>
        <translation>文書が{max_pages}ページを超えています（{document}）。分割してください</translation>
    </message>
    <message>
        <location filename="capture/pdf.py"/>
        <source>page {page} of the document is damaged</source>
        <translation>文書の{page}ページが壊れています</translation>
    </message>
    <message>
        <location filename="capture/reader.py"/>
        <source>{name} can't be read; the log has the details.</source>
        <translation>{name}を読み込めません。詳しくはログをご覧ください。</translation>
    </message>
    <message>
        <location filename="capture/reader.py"/>
        <source>{name}: no picture arrives.</source>
        <translation>{name}: 画像が届きません。</translation>
    </message>
    <message>
        <location filename="capture/regular.py"/>
        <source>it can't be read ({reason})</source>
        <translation>読み込めません（{reason}）</translation>
    </message>
    <message>
        <location filename="capture/regular.py"/>
        <source>this isn't a file</source>
        <translation>これはファイルではありません</translation>
    </message>
    <message>
        <location filename="capture/regular.py"/>
        <source>the file has more than {max_file_bytes} GB; save a smaller copy</source>
        <translation>ファイルが{max_file_bytes} GBを超えています。小さくしたコピーを保存してください</translation>
    </message>
    <message>
        <location filename="capture/regular.py"/>
        <source>there is no such file</source>
        <translation>そのファイルはありません</translation>
    </message>
    <message>
        <location filename="capture/regular.py"/>
        <source>no permission to read it</source>
        <translation>読み込む権限がありません</translation>
    </message>
    <message>
        <location filename="capture/stills.py"/>
        <source>There are no pictures in {path}.</source>
        <translation>{path}に画像がありません。</translation>
    </message>
    <message>
        <location filename="capture/tiff.py"/>
        <source>the document has {pages} pages, of which the first {max_pages} are read and {pages2} left out; split it</source>
        <translation>文書は{pages}ページあり、最初の{max_pages}ページを読み、{pages2}ページは読みません。分割してください</translation>
    </message>
    <message>
        <location filename="capture/tiff.py"/>
        <source>this is no TIFF document</source>
        <translation>TIFF文書ではありません</translation>
    </message>
    <message>
        <location filename="capture/video.py"/>
        <source>{name}: the picture broke off.</source>
        <translation>{name}: 画像が途切れました。</translation>
    </message>
    <message>
        <location filename="capture/video.py"/>
        <source>{name} doesn't answer.</source>
        <translation>{name}が応答しません。</translation>
    </message>
    <message>
        <location filename="capture/video.py"/>
        <source>There is no file {path}.</source>
        <translation>ファイル{path}はありません。</translation>
    </message>
    <message>
        <location filename="capture/video.py"/>
        <source>{name} can't be read as a video.</source>
        <translation>{name}を動画として読み込めません。</translation>
    </message>
    <message>
        <location filename="capture/watched_folder.py"/>
        <source>The folder {folder} can't be watched ({value}).</source>
        <translation>フォルダー{folder}を監視できません（{value}）。</translation>
    </message>
    <message>
        <location filename="catalogue/artwork/index_file.py"/>
        <source>The fingerprints can't be written to {path}: {error}.</source>
        <translation>指紋を{path}に書き込めません: {error}。</translation>
    </message>
    <message>
        <location filename="catalogue/artwork/index_file.py"/>
        <source>{path} is far larger than fingerprints are; not read.</source>
        <translation>{path}は指紋としては大きすぎるため、読み込みませんでした。</translation>
    </message>
    <message>
        <location filename="catalogue/artwork/index_file.py"/>
        <source>The fingerprints in {path} are damaged; `cardscanner catalogue pictures` makes them anew.</source>
        <translation>{path}の指紋が壊れています。`cardscanner catalogue pictures`で作り直せます。</translation>
    </message>
    <message>
        <location filename="catalogue/artwork/index_file.py"/>
        <source>{path} can't be read: {error}.</source>
        <translation>{path}を読み込めません: {error}。</translation>
    </message>
    <message>
        <location filename="catalogue/artwork/index_file.py"/>
        <source>{path} holds no fingerprints of this program.</source>
        <translation>{path}にこのプログラムの指紋がありません。</translation>
    </message>
    <message>
        <location filename="catalogue/artwork/index_file.py"/>
        <source>The fingerprints in {path} were made by another version of this program; `cardscanner catalogue pictures` makes them anew.</source>
        <translation>{path}の指紋はこのプログラムの別のバージョンのものです。`cardscanner catalogue pictures`で作り直せます。</translation>
    </message>
    <message>
        <location filename="catalogue/build.py"/>
        <source>Building the search index</source>
        <translation>検索用の索引を作成中</translation>
    </message>
    <message>
        <location filename="catalogue/build.py"/>
        <source>Can't write the catalogue to {parent}: {error}.</source>
        <translation>カタログを{parent}に書き込めません: {error}。</translation>
    </message>
    <message>
        <location filename="catalogue/build.py"/>
        <source>There is no card in {where}.</source>
        <translation>{where}にカードがありません。</translation>
    </message>
    <message>
        <location filename="catalogue/compare.py"/>
        <source>{printings} printings instead of {printings2}</source>
        <translation>版が{printings2}ではなく{printings}</translation>
    </message>
    <message>
        <location filename="catalogue/compare.py"/>
        <source>{sets} sets instead of {sets2}</source>
        <translation>セットが{sets2}ではなく{sets}</translation>
    </message>
    <message>
        <location filename="catalogue/compare.py"/>
        <source>no names in {gone}</source>
        <translation>{gone}の名前がない</translation>
    </message>
    <message>
        <location filename="catalogue/compare.py"/>
        <source>data of {version} instead of {version2}</source>
        <translation>データが{version2}ではなく{version}</translation>
    </message>
    <message>
        <location filename="catalogue/compare.py"/>
        <source>What could be fetched now, from the {source}, is poorer than the catalogue in use: {lost}. The one in use stays.</source>
        <translation>{source}から取得できたものは、使用中のカタログより内容が乏しいものでした: {lost}。使用中のものを残します。</translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>`cardscanner catalogue update` fetches it.</source>
        <translation>`cardscanner catalogue update`で取得できます。</translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>There is no catalogue yet; {update}</source>
        <translation>カタログがまだありません。{update}</translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>it doesn't say what it is</source>
        <translation>何のカタログか書かれていません</translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>The catalogue {path} is damaged ({why}); `cardscanner catalogue update` makes it anew.</source>
        <translation>カタログ{path}が壊れています（{why}）。`cardscanner catalogue update`で作り直せます。</translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>{name} is not a catalogue; {update}</source>
        <translation>{name}はカタログではありません。{update}</translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>The catalogue was made by another version of this program; {update}</source>
        <translation>カタログはこのプログラムの別のバージョンのものです。{update}</translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>its size is wrong</source>
        <translation>大きさが違います</translation>
    </message>
    <message>
        <location filename="catalogue/database.py"/>
        <source>The catalogue was closed.</source>
        <translation>カタログは閉じられました。</translation>
    </message>
    <message>
        <location filename="catalogue/files.py"/>
        <source>The catalogue can't be written to {folder}: {error}.</source>
        <translation>カタログを{folder}に書き込めません: {error}。</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>too little could be read</source>
        <translation>読み取れた内容が少なすぎます</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>the artwork looks like {looks_like}, but too little else could be read</source>
        <translation>イラストは{looks_like}に似ていますが、ほかに読み取れた内容が少なすぎます</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>{words} agree</source>
        <translation>{words}が一致</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>{close} printings fit</source>
        <translation>{close}つの版が当てはまります</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>only {words} could be read</source>
        <translation>{words}しか読み取れません</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>the artwork is none of {name}'s in the catalogue: another card, or one that the catalogue lacks</source>
        <translation>イラストはカタログの{name}のどれとも違います。別のカードか、カタログにないカードです</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>the artwork looks like {looks_like}, which isn't what was read</source>
        <translation>イラストは{looks_like}に似ていますが、読み取った内容と違います</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>the artwork looks like {looks_like}, but {otherwise}</source>
        <translation>イラストは{looks_like}に似ていますが、{otherwise}</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>{bear} printings bear this artwork, {looks_like} among them</source>
        <translation>{looks_like}を含む{bear}つの版がこのイラストです</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>no text could be read</source>
        <translation>文字を読み取れません</translation>
    </message>
    <message>
        <location filename="catalogue/match/matcher.py"/>
        <source>what was read fits no card in the catalogue</source>
        <translation>読み取った内容に合うカードがカタログにありません</translation>
    </message>
    <message>
        <location filename="catalogue/match/reasons.py"/>
        <source>{label}: read “{read}”, printed {value}</source>
        <translation>{label}: 読み取り「{read}」、印刷 {value}</translation>
    </message>
    <message>
        <location filename="catalogue/match/reasons.py"/>
        <source>{label} {printed} (not read)</source>
        <translation>{label} {printed}（読み取れず）</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/artist.py"/>
        <source>artist</source>
        <translation>イラストレーター</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/artist.py"/>
        <source>artist {value}</source>
        <translation>イラストレーター {value}</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/artwork.py"/>
        <source>artwork</source>
        <translation>イラスト</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/artwork.py"/>
        <source>artwork {value}</source>
        <translation>イラスト {value}</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/code.py"/>
        <source>set code</source>
        <translation>セット記号</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/code.py"/>
        <source>set code {value}</source>
        <translation>セット記号 {value}</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/name.py"/>
        <source>name</source>
        <translation>名前</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/name.py"/>
        <source>name {value}</source>
        <translation>名前 {value}</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/number.py"/>
        <source>the number on the card isn't this printing's: proxy, misprint or misread?</source>
        <translation>カードの番号がこの版の番号ではありません。プロキシ、印刷ミス、または読み違いでしょうか</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/number.py"/>
        <source>number</source>
        <translation>番号</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/number.py"/>
        <source>number {value}</source>
        <translation>番号 {value}</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/number.py"/>
        <source>{label} {printed} (read {read})</source>
        <translation>{label} {printed}（読み取り {read}）</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/number.py"/>
        <source>read {read}; {not_this_number}</source>
        <translation>読み取り {read}、{not_this_number}</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/year.py"/>
        <source>year</source>
        <translation>年</translation>
    </message>
    <message>
        <location filename="catalogue/match/terms/year.py"/>
        <source>year {value}</source>
        <translation>年 {value}</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/checks.py"/>
        <source>nothing is on it</source>
        <translation>何も写っていません</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/checks.py"/>
        <source>it is cut off or no picture</source>
        <translation>途中で切れているか、画像ではありません</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/checks.py"/>
        <source>it has {width} x {height} pixels</source>
        <translation>{width} x {height}ピクセルです</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/checks.py"/>
        <source>{width} x {height} pixels aren't the shape of a card</source>
        <translation>{width} x {height}ピクセルはカードの形ではありません</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/desk.py"/>
        <source>There are no fingerprints to hand on yet.</source>
        <translation>渡せる指紋がまだありません。</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/gathering.py"/>
        <source>the same picture is given for several cards</source>
        <translation>同じ画像が複数のカードに指定されています</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>There is no file or folder {origin}.</source>
        <translation>ファイルもフォルダー{origin}もありません。</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>{path} holds no fingerprints.</source>
        <translation>{path}に指紋がありません。</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>Reading pictures</source>
        <translation>画像を読み込み中</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>it is far too large</source>
        <translation>大きすぎます</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>{path} holds no fingerprints, or is cut off.</source>
        <translation>{path}に指紋がないか、途中で切れています。</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>Line {number} of {path} is no printing id with a fingerprint of 512 or 128 bits; nothing was taken.</source>
        <translation>{path}の{number}行目は、版のIDと512または128ビットの指紋ではありません。何も取り込みませんでした。</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>There is no picture in {folder}.</source>
        <translation>{folder}に画像がありません。</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>Reading fingerprints</source>
        <translation>指紋を読み込み中</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>{origin} can't be read: {error}.</source>
        <translation>{origin}を読み込めません: {error}。</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/local.py"/>
        <source>the same fingerprint is given for several cards</source>
        <translation>同じ指紋が複数のカードに指定されています</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/server.py"/>
        <source>{host} sends a page instead of a picture</source>
        <translation>{host}が画像ではなくページを送ってきます</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/server.py"/>
        <source>{host} asks to come back in {asked} minutes.</source>
        <translation>{host}は{asked}分後に再度アクセスするよう求めています。</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/server.py"/>
        <source>{host} can't be reached: {error}.</source>
        <translation>{host}に接続できません: {error}。</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/server.py"/>
        <source>can't be reached: {value}</source>
        <translation>接続できません: {value}</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/server.py"/>
        <source>what {host} sends is far too large for a picture</source>
        <translation>{host}が送ってくるものは画像として大きすぎます</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/server.py"/>
        <source>answers {code} {reason}</source>
        <translation>応答 {code} {reason}</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/store.py"/>
        <source>{path} was made by a newer version of this program.</source>
        <translation>{path}はこのプログラムの新しいバージョンのものです。</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/store.py"/>
        <source>damaged</source>
        <translation>壊れています</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/store.py"/>
        <source>Fingerprints can't be kept in {folder}: {error}.</source>
        <translation>指紋を{folder}に保存できません: {error}。</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/store.py"/>
        <source>Fingerprints can't be kept in {path}: {error}.</source>
        <translation>指紋を{path}に保存できません: {error}。</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/update.py"/>
        <source>Asking which pictures there are</source>
        <translation>どの画像があるか問い合わせ中</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/update.py"/>
        <source>{error} Start again later: it goes on.</source>
        <translation>{error} 後でもう一度始めてください。続きから再開します。</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/update.py"/>
        <source>Fetching pictures: {name}</source>
        <translation>画像を取得中: {name}</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/update.py"/>
        <source>The pictures can't be kept: {error}.</source>
        <translation>画像を保存できません: {error}。</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/update.py"/>
        <source>Stopped after {patience} useless answers of {host} in a row ({error}). Start again later: it goes on.</source>
        <translation>{host}から使えない応答が{patience}回続いたため中止しました（{error}）。後でもう一度始めてください。続きから再開します。</translation>
    </message>
    <message>
        <location filename="catalogue/pictures/wanted.py"/>
        <source>The catalogue has no set {missing}.</source>
        <translation>カタログにセット{missing}はありません。</translation>
    </message>
    <message>
        <location filename="catalogue/sources/built.py"/>
        <source>Reading cards: {id}</source>
        <translation>カードを読み込み中: {id}</translation>
    </message>
    <message>
        <location filename="catalogue/sources/download.py"/>
        <source>The connection to {host} broke off.</source>
        <translation>{host}との接続が切れました。</translation>
    </message>
    <message>
        <location filename="catalogue/sources/download.py"/>
        <source>{host} answered {code} {reason}.</source>
        <translation>{host}の応答: {code} {reason}。</translation>
    </message>
    <message>
        <location filename="catalogue/sources/download.py"/>
        <source>{host} can't be reached: {reason}.</source>
        <translation>{host}に接続できません: {reason}。</translation>
    </message>
    <message>
        <location filename="catalogue/sources/download.py"/>
        <source>The download can't be kept: {error}.</source>
        <translation>ダウンロードしたものを保存できません: {error}。</translation>
    </message>
    <message>
        <location filename="catalogue/sources/download.py"/>
        <source>What {host} sends is no card database.</source>
        <translation>{host}が送ってくるものはカードのデータベースではありません。</translation>
    </message>
    <message>
        <location filename="catalogue/sources/pip.py"/>
        <source>There is no pip on this machine to reach the package registry with.</source>
        <translation>パッケージレジストリに接続するためのpipがこのコンピューターにありません。</translation>
    </message>
    <message>
        <location filename="catalogue/sources/pip.py"/>
        <source>pip couldn't fetch {requirement}: {reason}</source>
        <translation>pipで{requirement}を取得できませんでした: {reason}</translation>
    </message>
    <message>
        <location filename="catalogue/sources/pip.py"/>
        <source>pip took more than ten minutes; given up.</source>
        <translation>pipに10分以上かかったため、あきらめました。</translation>
    </message>
    <message>
        <location filename="catalogue/update.py"/>
        <source>{error} Trying the {name} instead</source>
        <translation>{error} 代わりに{name}を試します</translation>
    </message>
    <message>
        <location filename="cluster/application.py"/>
        <source>Whoever reaches the cluster could use it: give it an api_key_file.</source>
        <translation>クラスターに接続できる人は誰でも使えてしまいます。api_key_fileを指定してください。</translation>
    </message>
    <message>
        <location filename="cluster/application.py"/>
        <source>The cluster knows no {sorted}.</source>
        <translation>クラスターに{sorted}はありません。</translation>
    </message>
    <message>
        <location filename="cluster/batch.py"/>
        <source>{problem}, but it is here: every node must see the pictures under the same path. Share the folder, or read them from an object store (--s3).</source>
        <translation>{problem}がありますが、ここにはあります。すべてのノードから同じパスで画像が見える必要があります。フォルダーを共有するか、オブジェクトストア（--s3）から読んでください。</translation>
    </message>
    <message>
        <location filename="cluster/batch.py"/>
        <source>Batch {batch_id} was {what} from elsewhere.</source>
        <translation>バッチ{batch_id}は別の場所から{what}されました。</translation>
    </message>
    <message>
        <location filename="cluster/batch.py"/>
        <source>{why} {left} of the pictures wait for the next run.</source>
        <translation>{why} 画像のうち{left}枚は次回を待ちます。</translation>
    </message>
    <message>
        <location filename="cluster/batch_output.py"/>
        <source>{file} can't be written: {value}. The answers are in the ledger: `cardscanner cluster results` writes them elsewhere.</source>
        <translation>{file}に書き込めません: {value}。答えは台帳にあります。`cardscanner cluster results`で別の場所に書き込めます。</translation>
    </message>
    <message>
        <location filename="cluster/batch_source.py"/>
        <source>{list_file} can't be read: {strerror}</source>
        <translation>{list_file}を読み込めません: {strerror}</translation>
    </message>
    <message>
        <location filename="cluster/content.py"/>
        <source>{where} has other parts than the cluster and can't join it: {parts}. Give all nodes the same data folder and version.</source>
        <translation>{where}はクラスターと構成が違うため参加できません: {parts}。すべてのノードに同じデータフォルダーとバージョンを用意してください。</translation>
    </message>
    <message>
        <location filename="cluster/object_store.py"/>
        <source>A store's key doesn't belong into its address: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.</source>
        <translation>ストアのキーはアドレスに書かず、AWS_ACCESS_KEY_IDとAWS_SECRET_ACCESS_KEYを設定してください。</translation>
    </message>
    <message>
        <location filename="cluster/object_store.py"/>
        <source>“{url}” names no bucket: s3://bucket/folder, or http://host:9000/bucket/folder for a store of your own.</source>
        <translation>「{url}」にバケットがありません: s3://bucket/folder、自前のストアならhttp://host:9000/bucket/folder。</translation>
    </message>
    <message>
        <location filename="cluster/object_store.py"/>
        <source>{file_name}: an object of that name can't be asked for</source>
        <translation>{file_name}: この名前のオブジェクトは取得できません</translation>
    </message>
    <message>
        <location filename="cluster/object_store.py"/>
        <source>There is nothing at {place}.</source>
        <translation>{place}には何もありません。</translation>
    </message>
    <message>
        <location filename="cluster/object_store.py"/>
        <source>{file_name}: there is no such object</source>
        <translation>{file_name}: そのオブジェクトはありません</translation>
    </message>
    <message>
        <location filename="cluster/object_store.py"/>
        <source>{file_name}: the object is too large</source>
        <translation>{file_name}: オブジェクトが大きすぎます</translation>
    </message>
    <message>
        <location filename="cluster/object_store.py"/>
        <source>{words} Check its keys on every node.</source>
        <translation>{words} すべてのノードでキーを確認してください。</translation>
    </message>
    <message>
        <location filename="cluster/ray_start.py"/>
        <source>A cluster needs Ray, which isn't installed. Run: {executable} -m pip install "ray[serve,data]" (there is none for every system and Python).</source>
        <translation>クラスターに必要なRayがインストールされていません。実行してください: {executable} -m pip install "ray[serve,data]"（すべてのシステムとPythonにあるわけではありません）。</translation>
    </message>
    <message>
        <location filename="cluster/ray_start.py"/>
        <source>No cluster answers at {address} ({one_line}).</source>
        <translation>{address}のクラスターが応答しません（{one_line}）。</translation>
    </message>
    <message>
        <location filename="cluster/ray_start.py"/>
        <source>Ray doesn't start ({one_line}).</source>
        <translation>Rayが起動しません（{one_line}）。</translation>
    </message>
    <message>
        <location filename="cluster/remote_engine.py"/>
        <source>it stopped in the middle</source>
        <translation>途中で止まりました</translation>
    </message>
    <message>
        <location filename="cluster/remote_recogniser.py"/>
        <source>{source}: the readers that had this picture ended.</source>
        <translation>{source}: この画像を担当していた読み取り役が終了しました。</translation>
    </message>
    <message>
        <location filename="cluster/serving.py"/>
        <source>What runs with {data_dir} can't be told ({error}).</source>
        <translation>{data_dir}で何が動いているか分かりません（{error}）。</translation>
    </message>
    <message>
        <location filename="cluster/serving.py"/>
        <source>The front at {address} doesn't answer ({error}).</source>
        <translation>{address}のフロントが応答しません（{error}）。</translation>
    </message>
    <message>
        <location filename="commands/serve.py"/>
        <source>A file with the key that clients must present; or the variable {key_variable} holds it.</source>
        <translation>クライアントが示すべきキーのファイル。または変数{key_variable}に入れます。</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>set</source>
        <translation>セット</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>set {value}</source>
        <translation>セット {value}</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>rarity</source>
        <translation>レアリティ</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>rarity {value}</source>
        <translation>レアリティ {value}</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>released</source>
        <translation>発売</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>released {value}</source>
        <translation>発売 {value}</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>finishes</source>
        <translation>加工</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>finishes {value}</source>
        <translation>加工 {value}</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>Artist</source>
        <translation>イラストレーター</translation>
    </message>
    <message>
        <location filename="core/card_fields.py"/>
        <source>Released</source>
        <translation>発売日</translation>
    </message>
    <message>
        <location filename="core/codec.py"/>
        <source>version {values} of a recognition</source>
        <translation>認識のバージョン{values}</translation>
    </message>
    <message>
        <location filename="core/evidence.py"/>
        <source>{fact} speaks against the best match</source>
        <translation>{fact}は最有力候補と矛盾します</translation>
    </message>
    <message>
        <location filename="core/game.py"/>
        <source>Cards of this game come from one source at a time.</source>
        <translation>このゲームのカードは一度に1つのソースから取ります。</translation>
    </message>
    <message>
        <location filename="core/model_share.py"/>
        <source>{reader} settled it</source>
        <translation>{reader}が決定</translation>
    </message>
    <message>
        <location filename="core/model_share.py"/>
        <source>adds nothing</source>
        <translation>追加なし</translation>
    </message>
    <message>
        <location filename="core/model_share.py"/>
        <source>agrees on {names}</source>
        <translation>{names}が一致</translation>
    </message>
    <message>
        <location filename="core/model_share.py"/>
        <source>adds {names}</source>
        <translation>{names}を追加</translation>
    </message>
    <message>
        <location filename="core/model_share.py"/>
        <source>reads another {names}</source>
        <translation>{names}を別の内容に読み取り</translation>
    </message>
    <message>
        <location filename="core/model_share.py"/>
        <source>no evidence for {names}</source>
        <translation>{names}の根拠なし</translation>
    </message>
    <message>
        <location filename="core/rule.py"/>
        <source>agrees</source>
        <translation>一致</translation>
    </message>
    <message>
        <location filename="core/rule.py"/>
        <source>near</source>
        <translation>近い</translation>
    </message>
    <message>
        <location filename="core/rule.py"/>
        <source>says little</source>
        <translation>決め手にならない</translation>
    </message>
    <message>
        <location filename="core/rule.py"/>
        <source>contradicts</source>
        <translation>矛盾</translation>
    </message>
    <message>
        <location filename="environment.py"/>
        <source>opencv-python is installed in place of opencv-python-headless, and its own Qt breaks the window. Run: python -m pip uninstall -y opencv-python opencv-contrib-python &amp;&amp; python -m pip install --force-reinstall --no-deps opencv-python-headless</source>
        <translation>opencv-python-headlessの代わりにopencv-pythonがインストールされており、その独自のQtがウィンドウの妨げになります。実行してください: python -m pip uninstall -y opencv-python opencv-contrib-python &amp;&amp; python -m pip install --force-reinstall --no-deps opencv-python-headless</translation>
    </message>
    <message>
        <location filename="export/cardmarket.py"/>
        <source>Cardmarket stock (CSV)</source>
        <translation>Cardmarketの在庫（CSV）</translation>
    </message>
    <message>
        <location filename="export/cardmarket.py"/>
        <source>For Cardmarket's stock upload, which goes by its product numbers.</source>
        <translation>Cardmarketの在庫アップロード用。同社の商品番号で照合されます。</translation>
    </message>
    <message>
        <location filename="export/cardmarket.py"/>
        <source>the catalogue has no Cardmarket product for it in {kind}</source>
        <translation>カタログに{kind}のCardmarket商品がありません</translation>
    </message>
    <message>
        <location filename="export/collectr.py"/>
        <source>For Collectr's portfolio; folders become portfolios.</source>
        <translation>Collectrのポートフォリオ用。フォルダーはポートフォリオになります。</translation>
    </message>
    <message>
        <location filename="export/deckbox.py"/>
        <source>For Deckbox's inventory; finishes go into its printing note.</source>
        <translation>Deckboxの在庫用。加工は印刷メモに入ります。</translation>
    </message>
    <message>
        <location filename="export/dragon_shield.py"/>
        <source>For Dragon Shield's card manager on the web; folders stay folders.</source>
        <translation>Dragon ShieldのWebカードマネージャー用。フォルダーはそのまま残ります。</translation>
    </message>
    <message>
        <location filename="export/line.py"/>
        <source>{program} has no word for the {what} “{value}”</source>
        <translation>{program}には{what}「{value}」にあたる言葉がありません</translation>
    </message>
    <message>
        <location filename="export/line.py"/>
        <source>{program} has no words for cards of {name}</source>
        <translation>{program}には{name}のカードにあたる言葉がありません</translation>
    </message>
    <message>
        <location filename="export/losses.py"/>
        <source>condition</source>
        <translation>状態</translation>
    </message>
    <message>
        <location filename="export/losses.py"/>
        <source>stamp</source>
        <translation>スタンプ</translation>
    </message>
    <message>
        <location filename="export/losses.py"/>
        <source>note</source>
        <translation>メモ</translation>
    </message>
    <message>
        <location filename="export/losses.py"/>
        <source>tags</source>
        <translation>タグ</translation>
    </message>
    <message>
        <location filename="export/losses.py"/>
        <source>folder</source>
        <translation>フォルダー</translation>
    </message>
    <message>
        <location filename="export/losses.py"/>
        <source>place in the folder</source>
        <translation>フォルダー内の位置</translation>
    </message>
    <message>
        <location filename="export/losses.py"/>
        <source>price paid</source>
        <translation>購入価格</translation>
    </message>
    <message>
        <location filename="export/losses.py"/>
        <source>grade</source>
        <translation>グレード</translation>
    </message>
    <message>
        <location filename="export/plain.py"/>
        <source>Everything (CSV)</source>
        <translation>すべて（CSV）</translation>
    </message>
    <message>
        <location filename="export/plain.py"/>
        <source>Every field of every entry, for spreadsheets and for reading back in.</source>
        <translation>すべての行のすべての項目。表計算ソフトと再読み込み用。</translation>
    </message>
    <message>
        <location filename="export/plain.py"/>
        <source>“{path}” can't be read: {value}.</source>
        <translation>「{path}」を読み込めません: {value}。</translation>
    </message>
    <message>
        <location filename="export/plain.py"/>
        <source>“{path}” is no plain export: “{prefix}id” is missing.</source>
        <translation>「{path}」はplain形式のエクスポートではありません: 「{prefix}id」がありません。</translation>
    </message>
    <message>
        <location filename="export/plain.py"/>
        <source>“{path}”, line {line_num} is not as it was exported: {error}.</source>
        <translation>「{path}」の{line_num}行目がエクスポート時と違います: {error}。</translation>
    </message>
    <message>
        <location filename="export/pricecharting.py"/>
        <source>For PriceCharting's collection tracker, which finds cards by name and number.</source>
        <translation>PriceChartingのコレクション管理用。カードは名前と番号で検索されます。</translation>
    </message>
    <message>
        <location filename="export/pricecharting.py"/>
        <source>PriceCharting has no sets in “{language}”</source>
        <translation>PriceChartingには「{language}」のセットがありません</translation>
    </message>
    <message>
        <location filename="export/tcg_collector.py"/>
        <source>For TCG Collector, which finds cards by number and expansion.</source>
        <translation>TCG Collector用。カードは番号と拡張パックで検索されます。</translation>
    </message>
    <message>
        <location filename="export/tcgplayer_app.py"/>
        <source>TCGplayer app (CSV)</source>
        <translation>TCGplayerアプリ（CSV）</translation>
    </message>
    <message>
        <location filename="export/tcgplayer_app.py"/>
        <source>For the TCGplayer app and for those that import its files, such as Collectr.</source>
        <translation>TCGplayerアプリと、Collectrなどその形式を読み込むアプリ用。</translation>
    </message>
    <message>
        <location filename="export/tcgplayer_seller.py"/>
        <source>TCGplayer seller (CSV)</source>
        <translation>TCGplayer出品者（CSV）</translation>
    </message>
    <message>
        <location filename="export/tcgplayer_seller.py"/>
        <source>A seller's stock for TCGplayer's seller portal, which goes by SKU.</source>
        <translation>TCGplayerの出品者ポータル用の在庫。SKUで照合されます。</translation>
    </message>
    <message>
        <location filename="export/tcgplayer_seller.py"/>
        <source>TCGplayer sells by SKU, and none is known for it; cards that were imported from a TCGplayer file have one</source>
        <translation>TCGplayerはSKUで販売しますが、このカードのSKUが不明です。TCGplayerのファイルからインポートしたカードにはあります</translation>
    </message>
    <message>
        <location filename="export/writer.py"/>
        <source>“{target}” can't be written: {reason}.</source>
        <translation>「{target}」に書き込めません: {reason}。</translation>
    </message>
    <message>
        <location filename="export/writer.py"/>
        <source>The disk is full: “{target}” was not written. Free some space and try again.</source>
        <translation>ディスクがいっぱいです。「{target}」は書き込まれませんでした。空きを作ってもう一度お試しください。</translation>
    </message>
    <message>
        <location filename="export/writer.py"/>
        <source>“{target}” is a folder. Give the name of a file in it.</source>
        <translation>「{target}」はフォルダーです。その中のファイル名を指定してください。</translation>
    </message>
    <message>
        <location filename="export/writer.py"/>
        <source>“{parent}” is no folder that exists. Choose another place for the file.</source>
        <translation>「{parent}」というフォルダーはありません。ファイルの別の場所を選んでください。</translation>
    </message>
    <message>
        <location filename="export/writer.py"/>
        <source>“{target}” can't be written. Close it in other programs, or choose another place.</source>
        <translation>「{target}」に書き込めません。ほかのプログラムで閉じるか、別の場所を選んでください。</translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>Normal</source>
        <translation>ノーマル</translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>Holo</source>
        <translation>ホロ</translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>Reverse holo</source>
        <translation>リバースホロ</translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>1st Edition</source>
        <translation>1st Edition</translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>1st Edition holo</source>
        <translation>1st Edition ホロ</translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>Unlimited</source>
        <translation>アンリミテッド</translation>
    </message>
    <message>
        <location filename="games/pokemon/finishes.py"/>
        <source>Unlimited holo</source>
        <translation>アンリミテッド ホロ</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>HP</source>
        <translation>HP</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>HP {value}</source>
        <translation>HP {value}</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>type</source>
        <translation>タイプ</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>type {value}</source>
        <translation>タイプ {value}</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>stage</source>
        <translation>進化</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>stage {value}</source>
        <translation>進化 {value}</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>attacks</source>
        <translation>ワザ</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>attacks {value}</source>
        <translation>ワザ {value}</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>evolves from</source>
        <translation>進化元</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>evolves from {value}</source>
        <translation>進化元 {value}</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>Type</source>
        <translation>タイプ</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>Stage</source>
        <translation>進化</translation>
    </message>
    <message>
        <location filename="games/pokemon/game.py"/>
        <source>Attacks</source>
        <translation>ワザ</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/joined.py"/>
        <source>{error} Going on without {name}</source>
        <translation>{error} {name}なしで続けます</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/joined.py"/>
        <source>Adding the Asian cards</source>
        <translation>アジアのカードを追加中</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/local.py"/>
        <source>{path} holds no card data. A TCGdex or PTCG-database archive or folder, the registry's wheel or a catalogue built before is needed.</source>
        <translation>{path}にカードデータがありません。TCGdexまたはPTCG-databaseのアーカイブかフォルダー、レジストリのwheel、または作成済みのカタログが必要です。</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/local.py"/>
        <source>The folder {folder} holds no TCGdex `data` folder.</source>
        <translation>フォルダー{folder}にTCGdexの`data`フォルダーがありません。</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/local.py"/>
        <source>There is no file or folder {path}.</source>
        <translation>ファイルもフォルダー{path}もありません。</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/ptcg_database.py"/>
        <source>There is no PTCG-database card data in {name}.</source>
        <translation>{name}にPTCG-databaseのカードデータがありません。</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/ptcg_database.py"/>
        <source>{name} is far larger than a real one; not read.</source>
        <translation>{name}は本物よりはるかに大きいため、読み込みませんでした。</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/ptcg_database.py"/>
        <source>The archive {name} is damaged or not PTCG-database ({error}).</source>
        <translation>アーカイブ{name}が壊れているか、PTCG-databaseのものではありません（{error}）。</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/ptcg_database.py"/>
        <source>Reading the Japanese and Chinese cards</source>
        <translation>日本語と中国語のカードを読み込み中</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/ptcg_database.py"/>
        <source>The folder {path} can't be read: {error}.</source>
        <translation>フォルダー{path}を読み込めません: {error}。</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>The catalogue archive is far larger than a real one; not read.</source>
        <translation>カタログのアーカイブが本物よりはるかに大きいため、読み込みませんでした。</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>There is no TCGdex card data in it.</source>
        <translation>TCGdexのカードデータがありません。</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>Reading cards: {name}</source>
        <translation>カードを読み込み中: {name}</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>The catalogue archive {name} is damaged or not a TCGdex archive ({error}).</source>
        <translation>カタログのアーカイブ{name}が壊れているか、TCGdexのものではありません（{error}）。</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>Reading the folder: {top}</source>
        <translation>フォルダーを読み込み中: {top}</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>The folder {folder} can't be read: {error}.</source>
        <translation>フォルダー{folder}を読み込めません: {error}。</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/tcgdex_archive.py"/>
        <source>Reading the archive</source>
        <translation>アーカイブを読み込み中</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel.py"/>
        <source>Fetching card data from the package registry</source>
        <translation>パッケージレジストリからカードデータを取得中</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel.py"/>
        <source>The wheel {name} is damaged ({error}).</source>
        <translation>wheel {name}が壊れています（{error}）。</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel.py"/>
        <source>The registry's {requirement} is not the file that we know; it was not used.</source>
        <translation>レジストリの{requirement}は既知のファイルではないため、使いませんでした。</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel.py"/>
        <source>Reading cards: {replace}</source>
        <translation>カードを読み込み中: {replace}</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel_pickle.py"/>
        <source>it names {module}.{name}</source>
        <translation>{module}.{name}を参照しています</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel_pickle.py"/>
        <source>it refers to something outside itself, {pid}</source>
        <translation>外部の{pid}を参照しています</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel_pickle.py"/>
        <source>The card file {name} holds no list of cards.</source>
        <translation>カードファイル{name}にカードの一覧がありません。</translation>
    </message>
    <message>
        <location filename="games/pokemon/sources/wheel_pickle.py"/>
        <source>The card file {name} is damaged or unsafe ({error}).</source>
        <translation>カードファイル{name}が壊れているか、安全ではありません（{error}）。</translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>Latin letters</source>
        <translation>ラテン文字</translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>Japanese</source>
        <translation>日本語</translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>Chinese</source>
        <translation>中国語</translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>Korean</source>
        <translation>韓国語</translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>Thai</source>
        <translation>タイ語</translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>script</source>
        <translation>文字体系</translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>script {value}</source>
        <translation>文字体系 {value}</translation>
    </message>
    <message>
        <location filename="games/pokemon/terms/script.py"/>
        <source>an Asian script</source>
        <translation>アジアの文字</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Basic</source>
        <translation>たね</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Stage1</source>
        <translation>1進化</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Stage2</source>
        <translation>2進化</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>RESTORED</source>
        <translation>復元</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>LEVEL-UP</source>
        <translation>レベルアップ</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Grass</source>
        <translation>草</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Fire</source>
        <translation>炎</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Water</source>
        <translation>水</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Lightning</source>
        <translation>雷</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Psychic</source>
        <translation>超</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Fighting</source>
        <translation>闘</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Darkness</source>
        <translation>悪</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Metal</source>
        <translation>鋼</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Fairy</source>
        <translation>フェアリー</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Dragon</source>
        <translation>ドラゴン</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Colorless</source>
        <translation>無色</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Hp</source>
        <translation>HP</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Category</source>
        <translation>種類</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Suffix</source>
        <translation>接尾語</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Types</source>
        <translation>タイプ</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Regulation mark</source>
        <translation>レギュレーションマーク</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Evolves from</source>
        <translation>進化元</translation>
    </message>
    <message>
        <location filename="games/pokemon/words.py"/>
        <source>Dex ids</source>
        <translation>図鑑番号</translation>
    </message>
    <message>
        <location filename="importing/formats.py"/>
        <source>“{name}” isn't a file of a program that is known here. Its columns are {header}.</source>
        <translation>「{name}」はここで知られているプログラムのファイルではありません。列は{header}です。</translation>
    </message>
    <message>
        <location filename="importing/formats.py"/>
        <source>“{name}” looks like {title}, but lacks {noun} {names}.</source>
        <translation>「{name}」は{title}のようですが、{noun}{names}がありません。</translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>the row has {more} more than the header; are quotes missing?</source>
        <translation>行が見出しより{more}多くなっています。引用符が足りないのでは？</translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>1 cell</source>
        <translation>1セル</translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>{surplus} cells</source>
        <translation>{surplus}セル</translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>{file}, line {line}: {more}</source>
        <translation>{file}、{line}行目: {more}</translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>it says that there is no copy</source>
        <translation>枚数なしとされています</translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>line {line}</source>
        <translation>{line}行目</translation>
    </message>
    <message>
        <location filename="importing/importer.py"/>
        <source>“{name}” was changed meanwhile. Look at it once more.</source>
        <translation>「{name}」がその間に変更されました。もう一度確認してください。</translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>no card of the catalogue has this name and number</source>
        <translation>この名前と番号のカードがカタログにありません</translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>the {against} of the row is another</source>
        <translation>行の{against}が違います</translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>{counted} cards fit it alike</source>
        <translation>{counted}枚のカードが同じくらい当てはまります</translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>it says too little to tell the printing</source>
        <translation>版を決めるには情報が足りません</translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>the card is in another set than “{value}”</source>
        <translation>カードは「{value}」とは別のセットのものです</translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>there is no catalogue of “{game}” here</source>
        <translation>「{game}」のカタログがありません</translation>
    </message>
    <message>
        <location filename="importing/matching.py"/>
        <source>there is no card catalogue yet</source>
        <translation>カードカタログがまだありません</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>is a packed file, perhaps a spreadsheet</source>
        <translation>は圧縮ファイルです。表計算のファイルかもしれません</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>is an old spreadsheet</source>
        <translation>は古い表計算のファイルです</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>is a PDF document</source>
        <translation>はPDF文書です</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>is a database</source>
        <translation>はデータベースです</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{name}” is empty.</source>
        <translation>「{name}」は空です。</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{name}” is no text. Save it as CSV and choose that file.</source>
        <translation>「{name}」はテキストではありません。CSVとして保存し、そのファイルを選んでください。</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{name}” has no columns that could be told apart. It needs a first line with the names of its columns, between commas, semicolons or tabs.</source>
        <translation>「{name}」の列を見分けられません。最初の行に、コンマ、セミコロン、タブで区切った列の名前が必要です。</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>a column without a name</source>
        <translation>名前のない列</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>the column “{doubled}”</source>
        <translation>列「{doubled}」</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{name}” has {what} twice, and nobody can say which of them counts. Remove one.</source>
        <translation>「{name}」に{what}が2つあり、どちらを使うか分かりません。1つを取り除いてください。</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{path}” is a folder. Choose a file in it.</source>
        <translation>「{path}」はフォルダーです。その中のファイルを選んでください。</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{path}” isn't there any more.</source>
        <translation>「{path}」はもうありません。</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{name}” {what}. Save it as CSV and choose that file.</source>
        <translation>「{name}」{what}。CSVとして保存し、そのファイルを選んでください。</translation>
    </message>
    <message>
        <location filename="importing/table.py"/>
        <source>“{name}”, line {line}: a cell never ends; is a quote missing? ({error})</source>
        <translation>「{name}」、{line}行目: セルが終わりません。引用符が足りないのでは？（{error}）</translation>
    </message>
    <message>
        <location filename="paths.py"/>
        <source>The data folder {root} can't be written to ({value}). Choose another with --data-dir or {data_dir_variable}.</source>
        <translation>データフォルダー{root}に書き込めません（{value}）。--data-dirまたは{data_dir_variable}で別のフォルダーを選んでください。</translation>
    </message>
    <message>
        <location filename="reading/models.py"/>
        <source>The text reader is missing: the package “rapidocr” is not installed.</source>
        <translation>文字の読み取り役がありません: パッケージ「rapidocr」がインストールされていません。</translation>
    </message>
    <message>
        <location filename="reading/models.py"/>
        <source>The text reader's model {name} can't be loaded: {error}</source>
        <translation>文字の読み取り役のモデル{name}を読み込めません: {error}</translation>
    </message>
    <message>
        <location filename="recognition/batches.py"/>
        <source>{file_name}: the reader got stuck in this picture and gave it up</source>
        <translation>{file_name}: この画像で読み取りが止まり、あきらめました</translation>
    </message>
    <message>
        <location filename="recognition/cache/bounded.py"/>
        <source>the answer is too large for the time</source>
        <translation>時間に対して答えが大きすぎます</translation>
    </message>
    <message>
        <location filename="recognition/cache/bounded.py"/>
        <source>the answer is too large</source>
        <translation>答えが大きすぎます</translation>
    </message>
    <message>
        <location filename="recognition/cache/confirmed.py"/>
        <source>you confirmed this card before</source>
        <translation>以前に確定したカードです</translation>
    </message>
    <message>
        <location filename="recognition/card_progress.py"/>
        <source>its time was up before all of it was read</source>
        <translation>すべて読み取る前に時間切れになりました</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>read</source>
        <translation>読み取り</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>same picture as before</source>
        <translation>以前と同じ画像</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>seen before</source>
        <translation>既知のカード</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>Stopped before the end</source>
        <translation>途中で停止しました</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>Failed; the log has the details</source>
        <translation>失敗しました。詳しくはログをご覧ください</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>{milliseconds} ms</source>
        <translation>{milliseconds} ms</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>No card found</source>
        <translation>カードが見つかりません</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>number {rpartition}</source>
        <translation>番号 {rpartition}</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>A card</source>
        <translation>カード</translation>
    </message>
    <message>
        <location filename="recognition/decision_words.py"/>
        <source>Card {index}</source>
        <translation>カード{index}</translation>
    </message>
    <message>
        <location filename="recognition/guard.py"/>
        <source>{name}: this picture made the program stumble; the log has the details</source>
        <translation>{name}: この画像でプログラムがつまずきました。詳しくはログをご覧ください</translation>
    </message>
    <message>
        <location filename="recognition/inference.py"/>
        <source>the reader hasn't started</source>
        <translation>読み取りが始まっていません</translation>
    </message>
    <message>
        <location filename="recognition/inference.py"/>
        <source>The reader can't start ({name}); the log has the details</source>
        <translation>読み取りを起動できません（{name}）。詳しくはログをご覧ください</translation>
    </message>
    <message>
        <location filename="recognition/judge.py"/>
        <source>cards of two games fit</source>
        <translation>2つのゲームのカードが当てはまります</translation>
    </message>
    <message>
        <location filename="recognition/judge.py"/>
        <source>the card catalogue isn't here yet</source>
        <translation>カードカタログがまだありません</translation>
    </message>
    <message>
        <location filename="recognition/live/scanner.py"/>
        <source>Live scanning stumbled and stopped; the log has the details.</source>
        <translation>ライブスキャンがつまずいて停止しました。詳しくはログをご覧ください。</translation>
    </message>
    <message>
        <location filename="recognition/live/votes.py"/>
        <source>{reason} in {recognitions} pictures</source>
        <translation>{recognitions}枚の画像で{reason}</translation>
    </message>
    <message>
        <location filename="recognition/outline_reader.py"/>
        <source>only text on plain paper: is this a card?</source>
        <translation>無地の紙に文字だけです。カードでしょうか</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>settled</source>
        <translation>確定</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>the same picture</source>
        <translation>同じ画像</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>looks like before, and its text agrees</source>
        <translation>以前と似ており、文字も一致</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>looks as the user confirmed it</source>
        <translation>確定したときと同じ見た目</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>looks like before, but its text doesn't tell</source>
        <translation>以前と似ているが、文字では分からない</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>not seen before</source>
        <translation>初めてのカード</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>no model</source>
        <translation>モデルなし</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>the mode asks for no model</source>
        <translation>モードがモデルを求めない</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>nothing to go on</source>
        <translation>手がかりなし</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>still unsure</source>
        <translation>まだ不確か</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>the mode asks for every card</source>
        <translation>モードがすべてのカードを求める</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>the smaller model disagrees</source>
        <translation>小さいモデルの答えが違う</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>everyone was asked</source>
        <translation>すべてに尋ねた</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>it would take too long here while others wait</source>
        <translation>ほかが待っており、ここでは時間がかかりすぎる</translation>
    </message>
    <message>
        <location filename="recognition/routing.py"/>
        <source>it would take too long here</source>
        <translation>ここでは時間がかかりすぎる</translation>
    </message>
    <message>
        <location filename="recognition/second_opinion.py"/>
        <source>{reason}, read by {reader} too</source>
        <translation>{reason}、{reader}も読み取り</translation>
    </message>
    <message>
        <location filename="recognition/second_opinion.py"/>
        <source>{reason}, but {reader} reads {words}</source>
        <translation>{reason}、ただし{reader}は{words}と読み取り</translation>
    </message>
    <message>
        <location filename="recognition/second_opinion.py"/>
        <source>{reason}, confirmed by {reader}</source>
        <translation>{reason}、{reader}が確認</translation>
    </message>
    <message>
        <location filename="recognition/slab.py"/>
        <source>name, number and set on the slab's label agree with the card</source>
        <translation>ケースのラベルの名前、番号、セットがカードと一致</translation>
    </message>
    <message>
        <location filename="recognition/slab.py"/>
        <source>only the slab's label could be read</source>
        <translation>ケースのラベルしか読み取れません</translation>
    </message>
    <message>
        <location filename="recognition/slab.py"/>
        <source>name, number and year on the slab's label agree with the card</source>
        <translation>ケースのラベルの名前、番号、年がカードと一致</translation>
    </message>
    <message>
        <location filename="releases.py"/>
        <source>“{address}” is no address to ask for new versions.</source>
        <translation>「{address}」は新しいバージョンを問い合わせるアドレスではありません。</translation>
    </message>
    <message>
        <location filename="releases.py"/>
        <source>{place} doesn't say which version is the newest.</source>
        <translation>{place}からは最新のバージョンが分かりません。</translation>
    </message>
    <message>
        <location filename="releases.py"/>
        <source>{place} doesn't say which version is the newest: {reason}</source>
        <translation>{place}からは最新のバージョンが分かりません: {reason}</translation>
    </message>
    <message>
        <location filename="settings.py"/>
        <source>The settings can't be saved to {path} ({reason}).</source>
        <translation>設定を{path}に保存できません（{reason}）。</translation>
    </message>
    <message>
        <location filename="store/backup.py"/>
        <source>“{name}” is no backup of Cardscanner, and nothing was changed.</source>
        <translation>「{name}」はCardscannerのバックアップではありません。何も変更していません。</translation>
    </message>
    <message>
        <location filename="store/backup.py"/>
        <source>“{name}” is a file of another program, and nothing was changed.</source>
        <translation>「{name}」は別のプログラムのファイルです。何も変更していません。</translation>
    </message>
    <message>
        <location filename="store/backup.py"/>
        <source>“{name}” lacks the collection, and nothing was changed.</source>
        <translation>「{name}」にコレクションがありません。何も変更していません。</translation>
    </message>
    <message>
        <location filename="store/backup.py"/>
        <source>“{name}” was written by a newer version of Cardscanner ({get}), and nothing was changed. Install that to restore it.</source>
        <translation>「{name}」は新しいバージョンのCardscanner（{get}）のものです。何も変更していません。復元するにはそのバージョンをインストールしてください。</translation>
    </message>
    <message>
        <location filename="store/backup.py"/>
        <source>“{name}” holds no collection, and nothing was changed.</source>
        <translation>「{name}」にコレクションが含まれていません。何も変更していません。</translation>
    </message>
    <message>
        <location filename="store/backup.py"/>
        <source>“{name}” is damaged ({damage}), and nothing was changed.</source>
        <translation>「{name}」が壊れています（{damage}）。何も変更していません。</translation>
    </message>
    <message>
        <location filename="store/backup_folder.py"/>
        <source>“{folder}” can't be made: {strerror}.</source>
        <translation>「{folder}」を作れません: {strerror}。</translation>
    </message>
    <message>
        <location filename="store/backup_words.py"/>
        <source>The collection can't be copied: {error}. No backup was made.</source>
        <translation>コレクションをコピーできません: {error}。バックアップは作られませんでした。</translation>
    </message>
    <message>
        <location filename="store/backup_words.py"/>
        <source>“{target}” can't be written: {reason}. No backup was made.</source>
        <translation>「{target}」に書き込めません: {reason}。バックアップは作られませんでした。</translation>
    </message>
    <message>
        <location filename="store/backup_words.py"/>
        <source>“{path}” isn't there.</source>
        <translation>「{path}」がありません。</translation>
    </message>
    <message>
        <location filename="store/backup_words.py"/>
        <source>“{name}” is cut, damaged or no backup of Cardscanner, and nothing was changed. ({error})</source>
        <translation>「{name}」は途中で切れているか、壊れているか、Cardscannerのバックアップではありません。何も変更していません。（{error}）</translation>
    </message>
    <message>
        <location filename="store/backup_words.py"/>
        <source>The disk is full, and nothing was changed.</source>
        <translation>ディスクがいっぱいです。何も変更していません。</translation>
    </message>
    <message>
        <location filename="store/batches.py"/>
        <source>There is no batch {batch_id} in “{path}”.</source>
        <translation>「{path}」にバッチ{batch_id}はありません。</translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>Edit {title}</source>
        <translation>{title}を編集</translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>1 card</source>
        <translation>カード1枚</translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>{count} cards</source>
        <translation>カード{count}枚</translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>Put back {title}</source>
        <translation>{title}を戻す</translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>Change to {named}</source>
        <translation>{named}に変更</translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>Delete {title}</source>
        <translation>{title}を削除</translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>Add {named}</source>
        <translation>{named}を追加</translation>
    </message>
    <message>
        <location filename="store/collection.py"/>
        <source>Add {counted}</source>
        <translation>{counted}を追加</translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>{count} damaged {noun} set aside ({kinds}); everything else is there. What could be read of it is in “{raw}”, the collection as it was in “{copy}”.</source>
        <translation>壊れた{noun}{count}件を取り分けました（{kinds}）。ほかはすべて無事です。読めた内容は「{raw}」に、元のコレクションは「{copy}」にあります。</translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>{broken} is no text</source>
        <translation>{broken}がテキストではありません</translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>row was</source>
        <translation>行</translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>rows were</source>
        <translation>行</translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>{found} of {count} {replace} in “{path}” can't be read, and nothing was changed. Put a copy of it in its place. ({found2})</source>
        <translation>「{path}」の{count} {replace}のうち{found}が読めません。何も変更していません。コピーで置き換えてください。（{found2}）</translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>{name} is no JSON</source>
        <translation>{name}がJSONではありません</translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>{n} in {replace}</source>
        <translation>{replace}に{n}</translation>
    </message>
    <message>
        <location filename="store/damage.py"/>
        <source>“{path}” lacks {sorted} in {name} and was left as it is. Put a copy of it in its place.</source>
        <translation>「{path}」の{name}に{sorted}がないため、そのままにしました。コピーで置き換えてください。</translation>
    </message>
    <message>
        <location filename="store/database.py"/>
        <source>“{path}” was deleted or replaced while it was open, so nothing can be saved there. {kept}Close Cardscanner, put the right file in its place and start again.</source>
        <translation>「{path}」が開いている間に削除または置き換えられたため、保存できません。{kept}Cardscannerを閉じ、正しいファイルを戻してから起動し直してください。</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>“{path}” lacks a part that every collection has, and was left as it is. Put a copy of it in its place. ({error})</source>
        <translation>「{path}」に、どのコレクションにもある部分がないため、そのままにしました。コピーで置き換えてください。（{error}）</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>The disk is full: nothing was saved to “{path}”. Free some space and try again.</source>
        <translation>ディスクがいっぱいです。「{path}」に何も保存していません。空きを作ってもう一度お試しください。</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>“{path}” can't be written. Check the permissions of its folder.</source>
        <translation>「{path}」に書き込めません。フォルダーの権限を確認してください。</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>“{path}” can't be opened. Check that its folder can be written.</source>
        <translation>「{path}」を開けません。フォルダーに書き込めるか確認してください。</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>Another program keeps “{path}” busy. Close it and try again.</source>
        <translation>別のプログラムが「{path}」を使用中です。閉じてもう一度お試しください。</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>The disk reported an error at “{path}”: nothing was saved. ({error})</source>
        <translation>ディスクが「{path}」でエラーを報告しました。何も保存していません。（{error}）</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>“{path}” is damaged and was left as it is. Put a copy of it in its place, or let “cardscanner rescue” save what can be read. ({error})</source>
        <translation>「{path}」が壊れているため、そのままにしました。コピーで置き換えるか、「cardscanner rescue」で読めるものを救出してください。（{error}）</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>“{path}” is damaged or no collection, and was left as it is. Move it away to start afresh.</source>
        <translation>「{path}」が壊れているか、コレクションではないため、そのままにしました。新しく始めるには別の場所に移してください。</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>One of the {replace} is damaged and can't be read. It is set aside; try again.</source>
        <translation>{replace}の1つが壊れていて読めません。取り分けました。もう一度お試しください。</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>“{path}” can't be opened: {reason}.</source>
        <translation>「{path}」を開けません: {reason}。</translation>
    </message>
    <message>
        <location filename="store/errors.py"/>
        <source>stored rows</source>
        <translation>保存された行</translation>
    </message>
    <message>
        <location filename="store/history.py"/>
        <source>That can't be undone or redone: the same cards were changed since.</source>
        <translation>元に戻すこともやり直すこともできません。同じカードがその後に変更されました。</translation>
    </message>
    <message>
        <location filename="store/imports.py"/>
        <source>1 row</source>
        <translation>1行</translation>
    </message>
    <message>
        <location filename="store/imports.py"/>
        <source>{kept} rows</source>
        <translation>{kept}行</translation>
    </message>
    <message>
        <location filename="store/imports.py"/>
        <source>Import {rows_words} of “{name}”</source>
        <translation>「{name}」から{rows_words}をインポート</translation>
    </message>
    <message>
        <location filename="store/opening.py"/>
        <source>“{path}” belongs to another program and was left as it is.</source>
        <translation>「{path}」は別のプログラムのものなので、そのままにしました。</translation>
    </message>
    <message>
        <location filename="store/opening.py"/>
        <source>“{path}” was written by a newer version of Cardscanner and was left as it is. Install the newer version to open it.</source>
        <translation>「{path}」は新しいバージョンのCardscannerのものなので、そのままにしました。開くには新しいバージョンをインストールしてください。</translation>
    </message>
    <message>
        <location filename="store/salvage.py"/>
        <source>entries of the collection</source>
        <translation>コレクションの項目</translation>
    </message>
    <message>
        <location filename="store/salvage.py"/>
        <source>{counts}, {counts2} and {counts3}</source>
        <translation>{counts}、{counts2}、{counts3}</translation>
    </message>
    <message>
        <location filename="store/salvage.py"/>
        <source>Nothing can be read of “{path}” any more. Put a copy of it in its place, or move it away to start afresh.</source>
        <translation>「{path}」からはもう何も読めません。コピーで置き換えるか、新しく始めるには別の場所に移してください。</translation>
    </message>
    <message>
        <location filename="store/scan_edits.py"/>
        <source>Keep {kept} cards</source>
        <translation>カード{kept}枚を採用</translation>
    </message>
    <message>
        <location filename="store/scan_edits.py"/>
        <source>Keep {value}</source>
        <translation>{value}を採用</translation>
    </message>
    <message>
        <location filename="store/scan_edits.py"/>
        <source>chosen by hand</source>
        <translation>手で選択</translation>
    </message>
    <message>
        <location filename="store/scans.py"/>
        <source>Scan {scan_id} is not in “{path}” any more.</source>
        <translation>スキャン{scan_id}はもう「{path}」にありません。</translation>
    </message>
    <message>
        <location filename="store/scans.py"/>
        <source>Which card this is hasn't been decided yet: see Review.</source>
        <translation>どのカードかまだ決まっていません。「確認」をご覧ください。</translation>
    </message>
    <message>
        <location filename="store/search/conditions.py"/>
        <source>“{value}” is no day: write 2025, 2025-03, 2025-03-14, today, or 30d for the last 30 days.</source>
        <translation>「{value}」は日付ではありません。2025、2025-03、2025-03-14、today、または過去30日なら30dと書いてください。</translation>
    </message>
    <message>
        <location filename="store/search/conditions.py"/>
        <source>“{field}” wants a number, not “{value}”.</source>
        <translation>「{field}」には「{value}」ではなく数が必要です。</translation>
    </message>
    <message>
        <location filename="store/search/conditions.py"/>
        <source>“{field}” can't be more or less: use : or = with it.</source>
        <translation>「{field}」に大小はありません。: または = を使ってください。</translation>
    </message>
    <message>
        <location filename="store/search/conditions.py"/>
        <source>“{field}:” wants a number before or after “..”.</source>
        <translation>「{field}:」には「..」の前か後に数が必要です。</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>There is no “{name}:” to search by.{meant} Quotes find the words themselves.</source>
        <translation>「{name}:」では検索できません。{meant} 引用符で囲むと、その語自体を探します。</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>in any language</source>
        <translation>どの言語でも</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>code or name</source>
        <translation>記号または名前</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>or 1..20</source>
        <translation>または1..20</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>* for any</source>
        <translation>* は任意</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>or &gt;=EX</source>
        <translation>または&gt;=EX</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>of the card</source>
        <translation>カードの</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>copies, or &gt;1</source>
        <translation>枚数、または&gt;1</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>in its folder</source>
        <translation>フォルダー内の</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>or &gt;=9</source>
        <translation>または&gt;=9</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>PSA, CGC</source>
        <translation>PSA、CGC</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>its number</source>
        <translation>その番号</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>paid, or &gt;10</source>
        <translation>購入価格、または&gt;10</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>2025-03, 30d, today</source>
        <translation>2025-03、30d、today</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>of the printing</source>
        <translation>版の</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source> Do you mean “{close}:”?</source>
        <translation> 「{close}:」のことですか？</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>“note:” wants words.</source>
        <translation>「note:」には語が必要です。</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>“set” can't be more or less: use : or = with it.</source>
        <translation>「set」に大小はありません。: または = を使ってください。</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>“{field}{operator}” wants a value after it.</source>
        <translation>「{field}{operator}」の後に値が必要です。</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>“{value}” is no condition: there are {known}.</source>
        <translation>「{value}」という状態はありません。あるのは: {known}。</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>“{value}” is no language: there are {languages}.</source>
        <translation>「{value}」という言語はありません。あるのは: {languages}。</translation>
    </message>
    <message>
        <location filename="store/search/fields.py"/>
        <source>“has:” knows {has}, not “{value}”.</source>
        <translation>「has:」に使えるのは{has}で、「{value}」は使えません。</translation>
    </message>
    <message>
        <location filename="store/sessions.py"/>
        <source>End the session</source>
        <translation>セッションを終了</translation>
    </message>
    <message>
        <location filename="store/sessions.py"/>
        <source>Discard the session</source>
        <translation>セッションを破棄</translation>
    </message>
    <message>
        <location filename="store/sessions.py"/>
        <source>This session was ended or discarded already.</source>
        <translation>このセッションはすでに終了または破棄されています。</translation>
    </message>
    <message>
        <location filename="store/sessions.py"/>
        <source>Session {session_id} is not in “{path}” any more.</source>
        <translation>セッション{session_id}はもう「{path}」にありません。</translation>
    </message>
    <message>
        <location filename="store/sessions.py"/>
        <source>Only a session that has ended can be taken back.</source>
        <translation>取り消せるのは終了したセッションだけです。</translation>
    </message>
    <message>
        <location filename="store/sessions.py"/>
        <source>Take back the session</source>
        <translation>セッションを取り消す</translation>
    </message>
    <message>
        <location filename="valuing/asking.py"/>
        <source>“{base}” is no address of a price server.</source>
        <translation>「{base}」は価格サーバーのアドレスではありません。</translation>
    </message>
    <message>
        <location filename="valuing/asking.py"/>
        <source>{base} refuses to give prices ({code}).</source>
        <translation>{base}が価格の提供を拒否しています（{code}）。</translation>
    </message>
    <message>
        <location filename="valuing/asking.py"/>
        <source>Prices can't be had from {base}: {reason}.</source>
        <translation>{base}から価格を取得できません: {reason}。</translation>
    </message>
    <message>
        <location filename="vlm/decoder_interface.py"/>
        <source>{path} isn't a decoder with a key/value cache{detail}. Download the model again.</source>
        <translation>{path}はキー/バリューキャッシュ付きのデコーダーではありません{detail}。モデルをもう一度ダウンロードしてください。</translation>
    </message>
    <message>
        <location filename="vlm/decoder_interface.py"/>
        <source>{path} wants {unknown}, which this program doesn't know. Choose another variant of the model.</source>
        <translation>{path}が求める{unknown}をこのプログラムは知りません。別の種類を選んでください。</translation>
    </message>
    <message>
        <location filename="vlm/decoder_interface.py"/>
        <source>{path} belongs to another model: its {what} is {written}, and that of config.json is {configured}. Download the model again.</source>
        <translation>{path}は別のモデルのものです: {what}が{written}で、config.jsonでは{configured}です。モデルをもう一度ダウンロードしてください。</translation>
    </message>
    <message>
        <location filename="vlm/decoder_interface.py"/>
        <source>{path} doesn't say its {what}, and neither does config.json. Download the model again.</source>
        <translation>{path}にもconfig.jsonにも{what}がありません。モデルをもう一度ダウンロードしてください。</translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>{folder} is missing: without it nothing says how to ask the model. Download the model again.</source>
        <translation>{folder}がありません。モデルへの尋ね方が分かりません。モデルをもう一度ダウンロードしてください。</translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>{folder} has {vocabulary} tokens and the model only {vocabulary2}: they don't belong together. Download the model again.</source>
        <translation>{folder}のトークンは{vocabulary}個、モデルは{vocabulary2}個だけで、組み合わせが違います。モデルをもう一度ダウンロードしてください。</translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>{folder} describes another kind of model ({kind}). Choose a SmolVLM folder.</source>
        <translation>{folder}は別の種類のモデルです（{kind}）。SmolVLMのフォルダーを選んでください。</translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>The processor in {folder} cuts pictures in another way than this program ({count} tiles, not {tiles}). It needs another version of the model.</source>
        <translation>{folder}のプロセッサーは画像の分割がこのプログラムと違います（{tiles}ではなく{count}タイル）。別のバージョンのモデルが必要です。</translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>The configuration in {folder} can't be read ({reason}). Verify the model or download it again.</source>
        <translation>{folder}の設定を読み込めません（{reason}）。モデルを検証するか、もう一度ダウンロードしてください。</translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>{path} can't be read. Download the model again.</source>
        <translation>{path}を読み込めません。モデルをもう一度ダウンロードしてください。</translation>
    </message>
    <message>
        <location filename="vlm/describe.py"/>
        <source>The processor in {folder} writes prompts in another way than this program. It needs another version of the model.</source>
        <translation>{folder}のプロセッサーはプロンプトの書き方がこのプログラムと違います。別のバージョンのモデルが必要です。</translation>
    </message>
    <message>
        <location filename="vlm/graphs/model_file.py"/>
        <source>{path} can't be read as an ONNX model. Download the model again.</source>
        <translation>{path}をONNXモデルとして読み込めません。モデルをもう一度ダウンロードしてください。</translation>
    </message>
    <message>
        <location filename="vlm/graphs/session.py"/>
        <source>{path} is missing. Download the model again.</source>
        <translation>{path}がありません。モデルをもう一度ダウンロードしてください。</translation>
    </message>
    <message>
        <location filename="vlm/graphs/session.py"/>
        <source>{path} isn't the expected part of a SmolVLM model: it has no {lacking}. Download the model again.</source>
        <translation>{path}はSmolVLMモデルの想定した部分ではありません: {lacking}がありません。モデルをもう一度ダウンロードしてください。</translation>
    </message>
    <message>
        <location filename="vlm/graphs/session.py"/>
        <source>{path} can't be opened as a model ({first_line}). Verify it or download it again.</source>
        <translation>{path}をモデルとして開けません（{first_line}）。検証するか、もう一度ダウンロードしてください。</translation>
    </message>
    <message>
        <location filename="vlm/graphs/session.py"/>
        <source>{path} failed while it ran ({first_line}). Verify the model, or prepare it again.</source>
        <translation>{path}が実行中に失敗しました（{first_line}）。モデルを検証するか、準備し直してください。</translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>{repository} doesn't have a revision. Choose another mirror.</source>
        <translation>{repository}にリビジョンがありません。別のミラーを選んでください。</translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>{title} needs {needed} GB in {parent} and {free} GB are free. Make room, then try again.</source>
        <translation>{title}には{parent}に{needed} GB必要ですが、空きは{free} GBです。空きを作ってもう一度お試しください。</translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>{title} can't be written to {models} ({value}). Make room or choose another folder, then start the download again: it goes on.</source>
        <translation>{title}を{models}に書き込めません（{value}）。空きを作るか別のフォルダーを選び、ダウンロードをもう一度始めてください。続きから再開します。</translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>{name} is larger than the hub said. Try again later or from another mirror.</source>
        <translation>{name}がハブの情報より大きくなっています。後で、または別のミラーからお試しください。</translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>{name} isn't what the hub announced (its checksum differs), so it was deleted. Try again later or from another mirror.</source>
        <translation>{name}がハブの情報と違うため（チェックサム不一致）、削除しました。後で、または別のミラーからお試しください。</translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>{name} has {total} bytes on the server and should have {size}. Try again later or from another mirror.</source>
        <translation>{name}はサーバーで{total}バイトですが、{size}のはずです。後で、または別のミラーからお試しください。</translation>
    </message>
    <message>
        <location filename="vlm/hub.py"/>
        <source>The connection was lost while {name} came. Start the download again: it goes on where it stopped.</source>
        <translation>{name}の取得中に接続が切れました。ダウンロードをもう一度始めてください。続きから再開します。</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{title} isn't installed.</source>
        <translation>{title}がインストールされていません。</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{source} doesn't hold {title}: it needs {lacking}.</source>
        <translation>{source}に{title}がありません: {lacking}が必要です。</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{path} belongs to another model: it is of kind {kind}, {title} is of kind {kind2}.</source>
        <translation>{path}は別のモデルのものです: 種類は{kind}、{title}は{kind2}です。</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{path} belongs to another model: its hidden size is {hidden}, that of {title} is {hidden2}.</source>
        <translation>{path}は別のモデルのものです: 隠れ層の大きさが{hidden}で、{title}は{hidden2}です。</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{path} is damaged. Remove the model and download it again.</source>
        <translation>{path}が壊れています。モデルを削除し、もう一度ダウンロードしてください。</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{name} is missing</source>
        <translation>{name}がありません</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{source} can't be copied to {folder} ({value}).</source>
        <translation>{source}を{folder}にコピーできません（{value}）。</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>has {size} bytes instead of {size2}</source>
        <translation>{size2}ではなく{size}バイト</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{source} isn't {title}'s file as it is known: it {what}. It may be damaged: get it again. If it is of another revision, say so: cardscanner models download {id} --from {source2} --newest</source>
        <translation>{source}は既知の{title}のファイルと違います: {what}。壊れているかもしれないので取得し直してください。別のリビジョンなら: cardscanner models download {id} --from {source2} --newest</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{models} is damaged. Delete it to pin the models anew.</source>
        <translation>{models}が壊れています。削除すると、モデルを固定し直します。</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{path} can't be read as a model's configuration. Download the model again.</source>
        <translation>{path}をモデルの設定として読み込めません。モデルをもう一度ダウンロードしてください。</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{name} has {st_size} bytes instead of {size}</source>
        <translation>{name}が{size}ではなく{st_size}バイトです</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{folder} can't be removed ({value}).</source>
        <translation>{folder}を削除できません（{value}）。</translation>
    </message>
    <message>
        <location filename="vlm/installed.py"/>
        <source>{name} was changed</source>
        <translation>{name}が変更されています</translation>
    </message>
    <message>
        <location filename="vlm/models.py"/>
        <source>verifies cards; about two seconds each</source>
        <translation>カードを確かめる。1枚約2秒</translation>
    </message>
    <message>
        <location filename="vlm/models.py"/>
        <source>smaller and a little faster; for previews</source>
        <translation>小さく、少し速い。下見用</translation>
    </message>
    <message>
        <location filename="vlm/models.py"/>
        <source>the second generation, of the same size; untested</source>
        <translation>第2世代、同じ大きさ、未検証</translation>
    </message>
    <message>
        <location filename="vlm/models.py"/>
        <source>{name} ({size} MB)</source>
        <translation>{name}（{size} MB）</translation>
    </message>
    <message>
        <location filename="vlm/models.py"/>
        <source>There is no model {model_id}. There is {models}.</source>
        <translation>モデル{model_id}はありません。あるのは{models}です。</translation>
    </message>
    <message>
        <location filename="vlm/models.py"/>
        <source>{title} has no variant {variant}. It has {megabytes}.</source>
        <translation>{title}に種類{variant}はありません。あるのは{megabytes}です。</translation>
    </message>
    <message>
        <location filename="vlm/pictures.py"/>
        <source>{path} wants other tiles than the model's processor makes. Download the model again.</source>
        <translation>{path}はモデルのプロセッサーと違うタイルを求めています。モデルをもう一度ダウンロードしてください。</translation>
    </message>
    <message>
        <location filename="vlm/plan.py"/>
        <source>The model in {folder} isn't prepared yet. Prepare it first.</source>
        <translation>{folder}のモデルはまだ準備されていません。先に準備してください。</translation>
    </message>
    <message>
        <location filename="vlm/plan.py"/>
        <source>{path} can't be read ({value}).</source>
        <translation>{path}を読み込めません（{value}）。</translation>
    </message>
    <message>
        <location filename="vlm/plan.py"/>
        <source>{path} is damaged. Prepare the model again.</source>
        <translation>{path}が壊れています。モデルを準備し直してください。</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>reading the model's configuration</source>
        <translation>モデルの設定を読み込み中</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>a folder without any is refused before</source>
        <translation>1つもないフォルダーは先に拒否されます</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>saved optimised {part}</source>
        <translation>最適化した{part}を保存</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>{folder} lacks {lacking}. Download the model again.</source>
        <translation>{folder}に{lacking}がありません。モデルをもう一度ダウンロードしてください。</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>{title} isn't installed: cardscanner models download {id}</source>
        <translation>{title}がインストールされていません: cardscanner models download {id}</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>reading the files again</source>
        <translation>ファイルを読み直し中</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>{title} isn't used: {broken}. Get the files again with: cardscanner models download {id}</source>
        <translation>{title}は使いません: {broken}。取得し直すには: cardscanner models download {id}</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>looking at the decoder</source>
        <translation>デコーダーを確認中</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>looking at the vision tower</source>
        <translation>画像部分を確認中</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>asking for a first token</source>
        <translation>最初のトークンを問い合わせ中</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>opens in {value} -&gt; {value2} ms</source>
        <translation>開く時間 {value} -&gt; {value2} ms</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>The prepared model can't be written to {folder} ({value}). Make room and prepare it again.</source>
        <translation>準備したモデルを{folder}に書き込めません（{value}）。空きを作って準備し直してください。</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>{path} doesn't go with the other files: a tile becomes {rows} x {shape} values, and they take {wanted} x {wanted2}. Download the model again.</source>
        <translation>{path}はほかのファイルと合いません: タイルは{rows} x {shape}の値になり、{wanted} x {wanted2}が必要です。モデルをもう一度ダウンロードしてください。</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>{path} computes no numbers on this processor. Choose another variant of the model.</source>
        <translation>{path}はこのプロセッサーで数値を計算できません。別の種類を選んでください。</translation>
    </message>
    <message>
        <location filename="vlm/prepare.py"/>
        <source>embedding {variant}</source>
        <translation>埋め込み {variant}</translation>
    </message>
    <message>
        <location filename="vlm/tokenizer_file.py"/>
        <source>{path} can't be read as a tokenizer. {remedy} the model again.</source>
        <translation>{path}をトークナイザーとして読み込めません。{remedy}（モデル）。</translation>
    </message>
    <message>
        <location filename="vlm/upkeep.py"/>
        <source>it was prepared with ONNX Runtime {runtime}</source>
        <translation>ONNX Runtime {runtime}で準備されています</translation>
    </message>
    <message>
        <location filename="vlm/upkeep.py"/>
        <source>it was prepared on another processor</source>
        <translation>別のプロセッサーで準備されています</translation>
    </message>
    <message>
        <location filename="vlm/upkeep.py"/>
        <source>it was never prepared</source>
        <translation>まだ準備されていません</translation>
    </message>
    <message>
        <location filename="vlm/variants.py"/>
        <source>{repository} doesn't have {lacking}.{hint}</source>
        <translation>{repository}に{lacking}がありません。{hint}</translation>
    </message>
    <message>
        <location filename="vlm/vocabulary.py"/>
        <source>The tokenizer doesn't know {token}: it belongs to another model. Download the model again.</source>
        <translation>トークナイザーが{token}を知りません: 別のモデルのものです。モデルをもう一度ダウンロードしてください。</translation>
    </message>
</context>
</TS>
