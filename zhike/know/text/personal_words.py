"""Words beside which personal data stand, as alternatives of patterns; Chinese in both scripts."""

from __future__ import annotations

from typing import Final

__all__ = [
    "ACCOUNT_WORDS",
    "ADDRESS_WORDS",
    "CODE_WORDS",
    "NAME_WORDS",
    "PASSPORT_WORDS",
    "PLACES",
    "PLATE_WORDS",
    "PROVINCES",
    "ROOM",
    "STREETS",
    "SURNAMES",
    "TITLES",
    "WAYS",
]  # fmt: skip

ACCOUNT_WORDS: Final = (
    r"账号|賬號|帐号|帳號|账户|帳戶|賬戶|户口|戶口|卡号|卡號|尾号|尾號|末四位|流水号|流水號|订单号|訂單號|保单号|保單號|客户号|客戶號|工单号|工單號|微信|QQ"
    r"|\baccount|\bacct|\ba/c|\bcard ending(?: in)?|\bending in|\bsort code|\brouting|\bpolicy|\breference|\bref|\bcase|\bcustomer id|\bssn|\bsocial security"
)
PASSPORT_WORDS: Final = r"护照|護照|通行证|通行證|身份证|身份證|证件|證件|居住证|居留证|居留證|驾照|駕照|\bpassport|\bhkid|\bid card|\bidentity card|\bdriving licen[cs]e|\bdriver'?s licen[cs]e|\bvisa"
PLATE_WORDS: Final = r"车牌|車牌|\bnumber plate|\blicen[cs]e plate|\bplate|\bregistration"
CODE_WORDS: Final = (
    r"密码|密碼|验证码|驗證碼|口令|\bpassword|\bpasscode|\bpin|\botp|\bcvv2?|\bcvc|\bsecurity code"
)
ADDRESS_WORDS: Final = r"地址|住址|家住|我住|\bmy address|\baddress is|\baddress:|\bi live at"
NAME_WORDS: Final = (
    r"姓名|名字|联系人|聯絡人|聯繫人|户名|戶名|收款人|投诉人|投訴人|申诉人|申訴人|署名|申请人|申請人"
)
PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼滬遼魯蘇贛晉陝閩貴粵寧瓊"
PLACES: Final = "省|自治区|自治區|特别行政区|市|区|區|县|縣|旗|镇|鎮|乡|鄉|街道|村|里"
WAYS: Final = "大道|路|街|道|巷|弄|胡同|村|里|坊|苑|小区|小區|花园|花園|公寓|大厦|大廈|广场|廣場|工业区|工業區|屋苑|邨|新村|家园|家園"
ROOM: Final = "号楼|號樓|号院|號院|号|號|弄|栋|棟|幢|座|单元|單元|室|层|層|楼|樓|户|戶"
STREETS: Final = "street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|court|ct|place|pl|square|sq|terrace|way|close|crescent|highway|hwy|parkway"
TITLES: Final = "先生|女士|小姐|太太|夫人|经理|經理|主任|行长|行長|老师|老師|师傅|師傅|阿姨|叔叔"
SURNAMES: Final = (
    "欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|司徒|尉迟|尉遲|皇甫|公孙|公孫|慕容|令狐|东方|東方|端木|夏侯|轩辕|軒轅"
    "|[王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林高罗羅郑鄭梁谢謝宋唐许許韩韓邓鄧冯馮曹彭曾肖萧蕭田董潘袁蔡蒋蔣余于杜叶葉程魏苏蘇吕呂丁任卢盧姚沈钟鐘鍾姜崔谭譚陆陸"
    "范汪廖石金韦韋贾賈夏付方邹鄒熊白孟秦邱侯江尹薛闫閻阎雷龙龍史陶贺賀毛郝顾顧龚龔邵万萬覃武钱錢戴严嚴莫孔向汤湯常温溫康施文牛樊葛邢安齐齊易乔喬伍庞龐颜顏倪庄莊聂聶章鲁魯岳翟申欧歐"
    "耿关關兰蘭焦俞左柳甘祝包宁寧符阮纪紀梅童凌毕畢单單季裴霍涂成苗谷曲盛曲冉骆駱蓝藍路游靳管柴蒙鲍鮑华華喻祁蒲房滕屈饶饒解牟艾尤阳陽穆农農司卓古吉缪繆简簡车車项項连連芦蘆麦麥褚娄婁窦竇戚岑景党宫宮费費卜冷晏席卫衛米柏宗瞿桂全佟应應臧闵閔苟邬鄔边邊卞姬师師和仇栾欒隋商刁沙荣榮巫寇桑郎甄丛叢虞敖巩鞏明佘池查麻苑迟遲邝鄺傅]"
)
