import { createHash } from 'node:crypto'
import { raw } from 'hono/html'

const css = `
:root { color-scheme: light dark;
  --back: #f6f8fa; --card: #fff; --text: #1a1f36; --soft: #4f566b; --line: #c9d0d9; --strong: #4f46d8; --on-strong: #fff;
  --bad: #b3093c; --bad-back: #fdeef1; --note: #fff3c4; --on-note: #4a3600; }
@media (prefers-color-scheme: dark) { :root {
  --back: #0e1116; --card: #171b22; --text: #edf0f5; --soft: #a9b2c3; --line: #3b4454; --strong: #8b87ff; --on-strong: #0e1116;
  --bad: #ff8fa8; --bad-back: #3a1420; --note: #4a3a06; --on-note: #ffe9a8; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
.simulated { margin: 0; padding: 8px 16px; text-align: center; background: var(--note); color: var(--on-note); }
main { margin: 0 auto; padding: 32px 16px 64px; }
.pay { max-width: 960px; display: grid; gap: 32px; }
@media (min-width: 760px) { .pay { grid-template-columns: 1fr 1.1fr; padding-top: 64px; } }
.narrow { max-width: 480px; padding-top: 64px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 12px; }
h2 { font-size: 18px; margin: 0 0 16px; }
.amount { font-size: 36px; font-weight: 650; margin: 16px 0; font-variant-numeric: tabular-nums; }
ul { list-style: none; margin: 0; padding: 0; }
.lines li { display: flex; justify-content: space-between; gap: 16px; padding: 12px 0; border-top: 1px solid var(--line); }
.lines span { overflow-wrap: anywhere; }
.lines span:last-child { flex: none; font-variant-numeric: tabular-nums; }
form { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 24px; min-width: 0; }
.choices { display: flex; gap: 12px; margin: 24px 0; }
.field { margin-bottom: 16px; min-width: 0; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; }
label { display: block; font-weight: 550; margin-bottom: 4px; }
input { width: 100%; min-height: 44px; padding: 8px 12px; font: inherit; color: inherit; background: var(--back);
  border: 1px solid var(--line); border-radius: 8px; }
input[aria-invalid] { border-color: var(--bad); }
.error { margin: 4px 0 0; color: var(--bad); font-size: 14px; }
.refusal { margin: 0 0 16px; padding: 12px; color: var(--bad); background: var(--bad-back); border-radius: 8px; }
.hint { color: var(--soft); font-size: 14px; }
button, .button { display: inline-block; width: 100%; min-height: 48px; padding: 12px 16px; text-align: center; font: inherit;
  font-weight: 600; color: var(--on-strong); background: var(--strong); border: 1px solid var(--strong); border-radius: 8px;
  text-decoration: none; cursor: pointer; }
.quiet { color: var(--text); background: transparent; border-color: var(--line); }
a { color: var(--strong); }
.button { color: var(--on-strong); width: auto; }
:focus-visible { outline: 3px solid var(--strong); outline-offset: 2px; }
details { margin-top: 24px; border-top: 1px solid var(--line); padding-top: 16px; }
summary { cursor: pointer; font-weight: 550; }
.cards li { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 12px; padding: 4px 0; }
.cards span { color: var(--soft); font-size: 14px; }
.narrow.portal { max-width: 640px; padding-top: 32px; }
.portal section { margin-top: 32px; }
.portal section > form, .portal section > .lines + form { margin-top: 24px; }
.portal .lines li { align-items: center; flex-wrap: wrap; }
.portal .lines li > :first-child { flex: 1; }
.portal .lines form { padding: 0; border: 0; background: none; }
.portal .lines button { width: auto; min-height: 44px; padding: 8px 14px; }
details > form { margin-top: 16px; }
button + .cards { margin-top: 16px; }
code { font: 15px ui-monospace, monospace; }
`

/** Inline, since nothing may be fetched; its hash stands in the policy. */
export const stylesheet = raw(`<style>${css}</style>`)

const hash = createHash('sha256').update(css).digest('base64')

/** Nothing runs, nothing is fetched. Forms may lead anywhere: paying ends on the shop's own address. */
export const pageHeaders: Record<string, string> = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
}
