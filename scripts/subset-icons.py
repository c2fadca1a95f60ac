#!/usr/bin/env python3
"""Makes wwwroot/fonts/icons.woff2: of the icon font that comes with Radzen.Blazor (4000 icons, 1 MB) those that the console may show.

  scripts/subset-icons.py        (Debian: python3-fonttools, python3-brotli)

Taken are: every text in src/HaConsole.Web/Components and in Radzen's program that is an icon's name, and those in MORE. The names are written to
wwwroot/fonts/icons.txt; a test compares them with what the pages use.
"""
import re
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
MORE = """balance bolt build cable call checklist cloud_off cloud_sync content_copy database device_hub dns fact_check flag folder health_and_safety hub
info key_vertical lan lock manage_accounts menu_book mobile monitoring network_check notifications notifications_off open_in_new policy priority_high
public rocket_launch route router rule_settings schedule security send settings_ethernet shield speed stethoscope swap_horiz swap_vert terminal
troubleshoot visibility_off vpn_key wifi""".split()

version = re.search(r'Include="Radzen.Blazor" Version="([^"]+)"', (ROOT / "Directory.Packages.props").read_text())[1]
package = Path.home() / ".nuget/packages/radzen.blazor" / version
font = TTFont(package / "staticwebassets/fonts/MaterialSymbolsOutlined.woff2")
letters = {glyph: chr(code) for code, glyph in font.getBestCmap().items()}
icons = {}
for lookup in font["GSUB"].table.LookupList.Lookup:
    for table in lookup.SubTable:
        for first, ligatures in getattr(getattr(table, "ExtSubTable", table), "ligatures", {}).items():
            for ligature in ligatures:
                glyphs = [first, *ligature.Component]
                if all(glyph in letters for glyph in glyphs):
                    icons["".join(letters[glyph] for glyph in glyphs)] = ligature.LigGlyph

program = (package / "lib/net10.0/Radzen.Blazor.dll").read_bytes()
used = {text.decode("utf-16le") for text in re.findall(rb"(?:[a-z0-9_]\0){3,40}", program)} | set(MORE)
for file in (ROOT / "src/HaConsole.Web/Components").rglob("*"):
    if file.suffix in (".razor", ".cs"):
        used |= set(re.findall(r'"([a-z][a-z0-9_]+)"', file.read_text()))
kept = sorted(used & set(icons))

options = subset.Options(flavor="woff2", layout_closure=False, layout_features=["*"], notdef_outline=True, name_IDs=["*"])
subsetter = subset.Subsetter(options)
subsetter.populate(text="abcdefghijklmnopqrstuvwxyz0123456789_ ", glyphs=[icons[name] for name in kept])
subsetter.subset(font)
fonts = ROOT / "wwwroot/fonts"
subset.save_font(font, fonts / "icons.woff2", options)
(fonts / "icons.txt").write_text("\n".join(kept) + "\n")
print(f"{len(kept)} icons, {(fonts / 'icons.woff2').stat().st_size} bytes")
