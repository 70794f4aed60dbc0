"""In: a folder and a number of pages. Out: a generated mini program there: every page has a button, a component, a chain of
four calls over shared modules to a request, and one page in ten asks on its own. Never anything random: the same number
gives the same bytes."""

import json
import sys
from pathlib import Path

CHAIN = """const {name} = require('./{next}');
function step{at}(options) {{
  const {{ page, done }} = options;
  if (!page) {{ return done && done(); }}
  return {name}.{call}({{ page, done, depth: {at} }});
}}
module.exports = {{ step{at} }};
"""
REQUEST = """function ask({ page, done }) {
  my.getAuthCode({
    scopes: ['auth_user'],
    success: (res) => { page.setData({ code: res.authCode }); done && done(); },
    fail: () => { page.setData({ refused: true }); },
  });
}
module.exports = { ask };
"""
PAGE = """const chain = require('../../lib/{area}/step0');
Page({{
  data: {{ number: {number}, items: [], refused: false }},
  onLoad(query) {{ this.query = query; this.load(); {automatic} }},
  load() {{
    my.request({{ url: 'https://shop.example/api/{number}', success: (res) => {{ this.setData({{ items: res.data }}); }} }});
  }},
  login() {{ chain.step0({{ page: this, done: () => this.load() }}); }},
  buy(event) {{ const item = this.data.items[event.target.dataset.at]; if (item) {{ this.pay(item); }} }},
  pay(item) {{ my.tradePay({{ tradeNO: item.trade, success: () => this.load(), fail: () => this.load() }}); }},
}});
"""
VIEW = """<view class="page">
  <text a:if="{{{{refused}}}}">Please log in by hand.</text>
  <view a:for="{{{{items}}}}"><text>{{{{item.name}}}}</text><button data-at="{{{{index}}}}" onTap="buy">Buy</button></view>
  <card title="{number}" onChoose="login" />
  <button onTap="login">Log in</button>
</view>
"""
CARD = """Component({ props: { title: '' }, methods: { choose() { this.props.onChoose && this.props.onChoose({ title: this.props.title }); } } });
"""


def write(folder: Path, name: str, text: str) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def generate(folder: Path, pages: int) -> None:
    """Writes the program; modules of the chain are shared by a hundred pages each, as areas of an application are."""
    routes = [f"pages/page{number}/page{number}" for number in range(pages)]
    write(folder, "app.json", json.dumps({"pages": routes, "usingComponents": {"card": "/components/card/card"}}))
    write(folder, "app.js", "App({ onLaunch() { this.started = Date.now(); } });\n")
    write(folder, "components/card/card.js", CARD)
    write(folder, "components/card/card.json", '{ "component": true }')
    write(folder, "components/card/card.axml", '<view onTap="choose">{{title}}</view>\n')
    for area in range((pages + 99) // 100):
        for at in range(3):
            call = "ask" if at == 2 else f"step{at + 1}"
            following = "request" if at == 2 else f"step{at + 1}"
            write(folder, f"lib/area{area}/step{at}.js", CHAIN.format(name="following", next=following, at=at, call=call))
        write(folder, f"lib/area{area}/request.js", REQUEST)
    for number, route in enumerate(routes):
        automatic = "this.login();" if number % 10 == 9 else ""
        write(folder, f"{route}.js", PAGE.format(number=number, area=f"area{number // 100}", automatic=automatic))
        write(folder, f"{route}.axml", VIEW.format(number=number))


if __name__ == "__main__":
    generate(Path(sys.argv[1]), int(sys.argv[2]))
