/** The frame of every page: one style, one small script, and a policy that lets in nothing else. */
import { createHash } from 'node:crypto';
import { type Html, html } from './html.js';

const STYLE = `
:root{color-scheme:light dark;--bg:#fbfaf8;--fg:#22201d;--soft:#6d675f;--line:#e4dfd7;--card:#fff;--code:#f3efe9;--accent:#a2461b;--get:#1c6b4a;--post:#1f5aa8;--put:#8a5a00;--delete:#a3262e}
@media(prefers-color-scheme:dark){:root{--bg:#181613;--fg:#ece7df;--soft:#a39b8f;--line:#37322b;--card:#201d19;--code:#2a2621;--accent:#f0935f;--get:#6fcf9f;--post:#86b6f5;--put:#e3b563;--delete:#f08a90}}
*{box-sizing:border-box}html{scroll-behavior:smooth;scroll-padding-top:1rem}
body{margin:0;display:flex;background:var(--bg);color:var(--fg);font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif}
nav{position:sticky;top:0;height:100vh;overflow-y:auto;width:19rem;flex:none;padding:1.25rem 1rem;border-right:1px solid var(--line);font-size:.85rem}
nav .home{font-size:1.2rem;font-weight:700;color:var(--fg);text-decoration:none}nav small{color:var(--soft);font-weight:400}
nav h4{margin:1.1rem 0 .3rem;font-size:.72rem;text-transform:uppercase;letter-spacing:.06em;color:var(--soft)}
nav ul{list-style:none;margin:0;padding:0}nav li a{display:block;padding:.16rem .3rem;border-radius:.3rem;color:var(--fg);text-decoration:none;overflow-wrap:anywhere}nav li a:hover{background:var(--code)}
nav input{width:100%;margin-top:.8rem;padding:.4rem .6rem;border:1px solid var(--line);border-radius:.4rem;background:var(--card);color:inherit;font:inherit}
main{flex:1;min-width:0;max-width:62rem;padding:1.5rem 2.5rem 6rem}main.alone{margin:0 auto}
h1{font-size:2rem;line-height:1.2;margin:.3rem 0 1rem}h2{margin:3rem 0 1rem;font-size:1.35rem}h3{margin:0;font-size:1rem;overflow-wrap:anywhere}h5{margin:1.2rem 0 .4rem;font-size:.75rem;text-transform:uppercase;letter-spacing:.06em;color:var(--soft)}
a{color:var(--accent)}p{margin:.4rem 0}.lead{font-size:1.05rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:.7rem;padding:1.1rem 1.3rem;margin:0 0 1rem}.card:target{outline:2px solid var(--accent)}
summary{cursor:pointer}summary span{color:var(--soft);font-size:.9rem}
code{font:.88em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--code);padding:.08em .3em;border-radius:.25em}
pre{position:relative;margin:.7rem 0;padding:.8rem 1rem;background:var(--code);border-radius:.5rem;overflow-x:auto}pre code{background:none;padding:0}
pre.curl code{white-space:pre-wrap;overflow-wrap:anywhere;display:block;padding-right:3.5rem}
.copy{position:absolute;top:.5rem;right:.5rem;border:1px solid var(--line);border-radius:.3rem;background:var(--card);color:var(--soft);font:inherit;font-size:.75rem;padding:.1rem .5rem;cursor:pointer}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.92rem}td,th{text-align:left;vertical-align:top;padding:.4rem .7rem .4rem 0;border-top:1px solid var(--line)}thead th{border-top:0;color:var(--soft);font-weight:600}td p{margin:.1rem 0}td i{color:var(--soft);font-size:.85em}
.m{font-size:.72rem;text-transform:uppercase;letter-spacing:.04em;display:inline-block;min-width:3.1em}.get{color:var(--get)}.post{color:var(--post)}.put{color:var(--put)}.delete{color:var(--delete)}
.s{font-variant-numeric:tabular-nums}.s2{color:var(--get)}.s4,.s5{color:var(--delete)}.type{color:var(--soft);font-size:.9em}.tag{border:1px solid var(--line);border-radius:1em;padding:.05em .6em;font-size:.75rem;color:var(--soft);white-space:nowrap}
.one{border-left:2px solid var(--line);padding-left:.8rem;margin:.5rem 0}[hidden]{display:none}
@media(max-width:60rem){body{display:block}nav{position:static;width:auto;height:auto;border-right:0;border-bottom:1px solid var(--line)}nav ul{display:none}main{padding:1rem}}
@media print{nav,.copy{display:none}}`;

const SCRIPT = `
document.addEventListener('click',function(e){var b=e.target;if(!b.classList||!b.classList.contains('copy'))return;
navigator.clipboard.writeText(b.nextElementSibling.textContent).then(function(){b.textContent='copied';setTimeout(function(){b.textContent='copy'},1200)})});
var find=document.getElementById('find');if(find)find.addEventListener('input',function(){var words=find.value.toLowerCase().split(/\\s+/);
document.querySelectorAll('.op').forEach(function(op){op.hidden=!words.every(function(w){return op.dataset.find.indexOf(w)>=0})})});`;

/** Headers for every page. */
export const PAGE_HEADERS: readonly string[] = [
  'Content-Security-Policy',
  `default-src 'none'; style-src '${hashOf(STYLE)}'; script-src '${hashOf(SCRIPT)}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'X-Content-Type-Options',
  'nosniff',
  'Referrer-Policy',
  'no-referrer',
  'Cross-Origin-Opener-Policy',
  'same-origin',
];

export function pageOf(title: string, body: Html): string {
  const page = html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title>`;
  return `${page.text}<style>${STYLE}</style></head><body>${body.text}<script>${SCRIPT}</script></body></html>`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
