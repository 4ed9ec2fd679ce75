"""A quick e-paper server for measures: ``python -m tests.benches.server`` prints its address. No faults, no state."""

import asyncio
import re
import sys
from functools import cache

PAGES = 10  #: pages of an edition
ARTICLES = 20  #: articles of a page
SIZE = 32 * 1024  #: an article's document, bytes

_SENTENCE = "河东区新桥工程按照计划推进，施工人员在现场完成了第{}段桥面的铺设，市民今后出行将更加方便。"
_FURNITURE = '<div class="nav"><a href="/c/{0}.html">栏目{0}</a><span>|</span><script>var a{0} = {0};</script></div>\n'


@cache
def _filler() -> str:
    return "".join(_FURNITURE.format(number) for number in range(400))


def page(day: str, number: int) -> bytes:
    hrefs = [f"../../../content/{day}/content_{number * 100 + place}.html" for place in range(1, ARTICLES + 1)]
    areas = "".join(
        f'<area shape="rect" coords="5,{n * 20},300,{n * 20 + 18}" href="{h}">' for n, h in enumerate(hrefs)
    )
    titles = "".join(f'<li><a href="{href}">第{place}条新闻</a></li>' for place, href in enumerate(hrefs))
    rows = "".join(
        f'<li><a id="pageLink" href="node_{other:02}.html">第{other:02}版：要闻</a></li>'
        for other in range(1, PAGES + 1)
    )
    year, month, date = day[:4], day[4:6], day[7:]
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>测试报</title></head><body>
<div class="header"><p class="date">{year}年{month}月{date}日 星期四</p></div><div class="main">
<div class="newslisttit"><em>第{number:02}版：要闻</em></div>
<div class="paperpic"><img src="/p.png" usemap="#PagePicMap"><map name="PagePicMap">{areas}</map></div>
<div class="news-list"><ul id="articlelist">{titles}</ul></div><div class="Therestlist"><ul>{rows}</ul></div>
</div></body></html>""".encode()


def article(day: str, number: int) -> bytes:
    paragraphs = "".join(f"<p>　　第{number}条。{_SENTENCE.format(n) * 3}</p>" for n in range(8))
    head = f"""<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>第{number}条</title></head><body>
<div class="article"><h3></h3><h1><p> 第{number}条新闻的标题 </p></h1><h2></h2>
<p class="sec">记者 王一 <span class="date">（{day}）</span></p>
<div id="ozoom"><!--enpcontent-->{paragraphs}<!--/enpcontent--></div></div>
"""
    filler = _filler().encode()[: SIZE - len(head.encode()) - 20]
    # Cut at the last whole block, so that the markup is sound.
    return head.encode() + filler[: filler.rfind(b"\n") + 1] + b"</body></html>"


class _Connection(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self.buffer = b""

    def data_received(self, data):
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head, self.buffer = self.buffer[:end], self.buffer[end + 4 :]
            self.transport.write(_answer(head.split(b" ", 2)[1].decode()))


@cache
def _answer(path: str) -> bytes:
    match = re.search(r"/(layout|content)/(\d{6}/\d\d)/(?:node|content)_(\d+)", path)
    if match:
        make = page if match[1] == "layout" else article
        status, body = "200 OK", make(match[2], int(match[3]))
    else:
        status, body = "404 Not Found", b"no"
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Connection, "127.0.0.1", 0)
    sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
