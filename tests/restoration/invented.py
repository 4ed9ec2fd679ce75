"""Invented articles in English and in Traditional Chinese, to be broken. Towns and people do not exist."""

ENGLISH = (
    (
        "Night ferry returns to the Halden crossing",
        "The last ferry across the Halden used to leave at ten, which left the nurses on the late shift with a ninety-minute drive around the lake. From Monday the boat will run until one in the morning.",
        "Harbour master Edith Lowry said the council had counted passengers for six weeks before it agreed to pay for a second crew. On an average night forty-one people drove the long way round, most of them from the hospital and the cannery.",
        "The boat itself is thirty years old and was built for sheep. Its deck has been fitted with benches, heaters and a small counter where tea is sold, and the engine was rebuilt over the winter by two retired mechanics.",
        "Not everybody is pleased. Residents of the west quay have asked for a limit on the horn after midnight, and the crew has promised to use lamps instead wherever the rules allow it.",
        "The trial ends in October, when the figures will be put before the council again. Lowry hopes that by then nobody will be able to imagine the lake without its late boat.",
    ),
    (
        "Village school grows its own lunch",
        "Every pupil at the school in Marrow Fen has a row in the garden behind the gymnasium, and every row has to feed somebody. The kitchen has bought no carrots since March.",
        "The idea came from the cook, Tomas Arden, who was tired of throwing away pale vegetables that had crossed two seas. He drew a plan of the unused football pitch and pinned it to the staff-room door.",
        "Parents dug the beds in a single weekend. A farmer lent his tractor, the fire brigade filled the tank, and the pupils learned to weigh what they sowed against what they harvested.",
        "By the end of the first year the garden had produced almost two tonnes of food. What the kitchen could not use was sold at the gate, and the money paid for a greenhouse.",
    ),
    (
        "Clock tower to strike again after eleven years",
        "The clock in the tower of Saint Orla's has shown twenty past four since a storm broke its weights. This week a clockmaker climbed the stairs with a new cable and an old drawing.",
        "She found the drawing in the archive of a foundry that closed long ago. It shows every wheel of the movement, with notes in pencil about the wind that comes up the river in November.",
        "The repair costs less than the parish had feared because the bells themselves are sound. Children from the choir school collected the last part of the sum by washing cars on the market square.",
        "On Sunday the hands will be set by telephone, as they were in 1931, when the postmaster read the time aloud from the window of his office.",
    ),
    (
        "River wardens count the return of the eel",
        "On warm nights in May the wardens of the Teal lie on their stomachs on the weir and count. The glass eels are no longer than a finger and as clear as water, and for twenty years there were hardly any.",
        "This spring they counted eleven thousand in a single week. The number is still far below what old fishermen remember, but it is more than in the ten years before taken together.",
        "Biologists credit a ladder of wet bristles that was fixed to the weir two years ago. The eels climb it at dusk, resting between the bristles, and drop into the pool above.",
        "The wardens want three more ladders upstream. A mill owner has offered the stone, and the angling club has offered to lay it, so that only the permit is missing.",
        "A decision is expected before the autumn floods, which would carry away any work that is half done.",
    ),
    (
        "Baker leaves his oven to the town",
        "For fifty-two years Karl Venn lit the oven in Mill Lane at two in the morning. Last week he handed the key to the mayor and asked that the fire should not go out.",
        "The council has leased the bakery to a cooperative of six young people, none of whom had baked for a living. Venn has promised to come every morning until they no longer need him.",
        "They burned the first batch, gave away the second and sold the third before seven. By Friday there was a queue as far as the chemist's shop, and somebody had brought a chair for Venn.",
    ),
    (
        "Library van takes to the water",
        "The islands off Corran have no bookshop, and the library van could never reach them. Since Easter the books have travelled by boat, in crates that float if they are dropped.",
        "Librarian Moira Sand chooses eighty titles for each island and keeps a list of what the islanders ask for. Detective stories lead, followed by manuals for diesel engines and anything about bees.",
        "On rough days the boat cannot land and the crates are lowered on a rope. Not a single book has been lost so far, although one atlas had to be dried in a bread oven.",
        "The county pays for the fuel and the fishermen give their time. In return they may borrow as many books as they like, and for as long as the weather keeps them at home.",
    ),
)  # fmt: skip

TRADITIONAL = (
    (
        "老戲台修復後再響鑼鼓",
        "沉寂了二十多年的石埔老戲台，上週六晚間重新響起鑼鼓聲。天還沒黑，村民就搬來板凳，把廣場坐得滿滿當當，連榕樹上也爬著幾個孩子。",
        "戲台建於清代末年，樑柱上的彩繪早已剝落，屋頂也塌了半邊。三年前，返鄉的木匠林阿輝提議修復，他說小時候就是在這裡看了人生第一齣戲。",
        "修復沒有用一根鐵釘。木匠們照著老照片量尺寸，把換下來的舊料編上號碼，能用的全部裝回原處，缺的才用同樣的杉木補上。",
        "鄉公所補助了一半經費，其餘由村民認捐。捐款名冊刻在台側的石板上，最小的一筆只有五十元，是一個小學生攢了一個暑假的零用錢。",
        "鄉長說，今後每個月的第一個星期六都會演戲，劇團由附近幾個村輪流邀請。",
    ),
    (
        "漁港魚市改在清晨拍賣",
        "從下個月起，東澳漁港的魚市將由下午改到清晨四點半開拍，讓城裡的餐館當天中午就能用上剛靠岸的漁獲。",
        "漁會總幹事表示，過去漁船下午進港，魚要在冰櫃裡過一夜才運得出去，價錢往往因此少了兩成。漁民早有怨言，只是冷鏈車的班次一直排不開。",
        "這次調整經過半年試辦。漁會先請五艘船提前收網，又跟貨運行談妥凌晨發車，結果平均每公斤多賣了十八元，願意參加的船增加到六十多艘。",
        "也有人擔心清晨作業不安全。港務單位答應在拍賣場外加裝照明，並把碼頭的防滑條全部換新，費用由規費支應。",
    ),
    (
        "山區小學合唱團登上音樂廳",
        "全校只有三十七名學生的霧台國小，合唱團卻有二十九人。昨天晚上，孩子們第一次站上市立音樂廳的舞台，用母語唱了六首歌。",
        "指導老師說，學校沒有鋼琴，平常練唱靠一把舊吉他定音。孩子們耳朵好，聽一遍就能記住旋律，難的是讓害羞的他們張開嘴巴。",
        "這次演出由一群退休教師促成。他們去年健行時路過學校，聽見操場上的歌聲，回到城裡便四處聯絡場地，還替孩子們借來了演出的服裝。",
        "謝幕時觀眾起立鼓掌，年紀最小的團員躲到了同學背後。回程的車上，她悄悄問老師，下次什麼時候再來。",
        "校方希望用這次義演的收入買一架二手鋼琴，讓孩子們不必再圍著吉他練唱。",
    ),
    (
        "舊鐵道變身自行車道",
        "停駛十五年的糖廠鐵道，昨天以自行車道的面貌重新開放。全長十一公里的路線穿過甘蔗田與竹林，沿途保留了三座小站和一座鋼橋。",
        "縣府原本打算拆除鐵軌，後來接受文史工作者的建議，只在枕木之間鋪上透水的路面，讓騎車的人仍看得見當年的軌道。",
        "小站的候車室改成了補給站，由附近的農家輪流顧店，賣甘蔗汁和剛採下來的水果。開放首日湧進四千多名遊客，冰品不到中午就賣光了。",
        "管理單位提醒，鋼橋上風大，騎車應減速慢行；雨季時將視水位關閉部分路段。",
    ),
)  # fmt: skip
