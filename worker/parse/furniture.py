"""Recognise a line that belongs to the site, not to the newspaper: buttons, navigation, copyright. Removes nothing."""

import re

_BUTTON = (
    r"放大|缩小|縮小|默认|默認|打印|列印|收藏|分享|朗读|字号|字體|大|中|小|关闭|關閉|关闭窗口|返回|返回目录|返回目錄|"
    r"返回版面|返回首页|返回顶部|回到顶部|上一版|下一版|上一篇|下一篇|上一期|下一期|点击查看大图|点击放大|复制链接|"
    r"微信|微博|QQ空间|无|没有了|A\+|A-|\+|-|×"
)
_BUTTONS = re.compile(rf"^(?:[\s　|｜/\[\]【】\[\]()（）<>«»·:：]*(?:{_BUTTON}))+[\s　|｜/\[\]【】()（）<>«»·:：]*$")
_LED = re.compile(
    r"^[\s　|【\[]*(?:上一篇|下一篇|上一版|下一版|返回目录|返回目錄)[】\]]?\s*(?:[:：>»].{0,80}|$)"
    r"|^《[^》]{2,20}》[\s　]*[（(][^（）()]{6,40}版[）)]$"
    r"|^分享到[:：]?.{0,40}$|^扫一扫.{0,30}$|^(?:点击|浏览|阅读)(?:数|量|次数)?[:：]\s*\d*\s*次?$"
)
_RIGHTS = re.compile(
    r"^(?:版权所有|版權所有|版权声明|Copyright\b|©|\(c\)\s|All rights reserved|Powered by|.{0,12}ICP备).{0,200}$",
    re.IGNORECASE,
)
_UNLICENSED = re.compile(r"^.{0,60}(?:未经.{0,20}(?:许可|授权|书面).{0,30}(?:转载|使用|镜像)).{0,60}$")
_SHORT = {"大", "中", "小", "无", "+", "-", "微信", "微博", "分享", "收藏", "返回", "没有了"}
_LONGEST = 260


def is_furniture(line: str) -> bool:
    """Whether a tidied line is site furniture as a whole; a sentence that only mentions a button is not."""
    if len(line) > _LONGEST or line in _SHORT:
        return False
    if _BUTTONS.match(line) or _LED.match(line) or _RIGHTS.match(line):
        return True
    return "未经" in line and _UNLICENSED.match(line) is not None
