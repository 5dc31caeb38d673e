import { html } from 'hono/html'
import type { Call } from '#platform/simulation.ts'
import { type Html, moment } from '#platform/simulation-page.ts'
import type { ConsoleParts, SimulatorKey, SimulatorPart } from './parts.ts'

const SHOWN = 100

export type CallFilter = { simulator: SimulatorKey | ''; search: string; only: '' | 'odd' }

type Row = { part: SimulatorPart; call: Call }

/** Every call the simulators were asked, newest first; each opens to show what was said. */
export function callsBody(parts: ConsoleParts, filter: CallFilter, live: boolean): Html {
  const rows = parts.simulators
    .filter((part) => !filter.simulator || part.key === filter.simulator)
    .flatMap((part) => part.simulation.calls.map((call): Row => ({ part, call })))
    .filter(({ call }) =>
      `${call.method} ${call.path} ${call.status}`.toLowerCase().includes(filter.search.toLowerCase()),
    )
    .filter(({ call }) => filter.only !== 'odd' || isOdd(call))
    .toSorted((a, b) => b.call.at.localeCompare(a.call.at))
  const shown = rows.slice(0, SHOWN)
  return html`<div class="head">
      <h1>Calls <span class="muted">${rows.length > SHOWN ? `${SHOWN} of ${rows.length}` : rows.length}</span></h1>
      <form class="filter" method="get" action="/">
        <label class="hidden" for="simulator">Simulator</label>
        <select id="simulator" name="simulator">
          ${option('', 'All simulators', filter.simulator)}
          ${parts.simulators.map((part) => option(part.key, part.name, filter.simulator))}
        </select>
        <label class="hidden" for="only">Which calls</label>
        <select id="only" name="only">
          ${option('', 'All calls', filter.only)} ${option('odd', 'Faults and errors', filter.only)}
        </select>
        <label class="hidden" for="search">Part of method, path or status</label>
        <input id="search" name="search" type="search" value="${filter.search}" placeholder="POST /v1/refunds" />
        <button>Filter</button>
      </form>
      <a class="button" href="${liveLink(filter, !live)}">${live ? 'Stop watching' : 'Watch live'}</a>
    </div>
    ${shown.length > 0 ? callTable(shown) : noCalls(filter)}`
}

/** Worth a second look: an error, no answer, or a planned fault. */
const isOdd = (call: Call): boolean => call.fault !== undefined || call.status === 0 || call.status >= 400

/** One choice of a select. */
export const option = (value: string, label: string, chosen: string): Html =>
  html`<option value="${value}" ${value === chosen ? html`selected` : ''}>${label}</option>`

function liveLink(filter: CallFilter, live: boolean): string {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ''))
  if (live) query.set('live', '1')
  return `/?${query.toString()}`
}

const noCalls = (filter: CallFilter): Html =>
  filter.simulator || filter.search || filter.only
    ? html`<div class="card empty">
        <p>No call matches.</p>
        <p><a href="/">All calls</a></p>
      </div>`
    : html`<div class="card empty">
        <p>No calls yet.</p>
        <p class="muted">
          Buy a server in the shop and watch what the platform says to Stripe, Proxmox and the mail server.
        </p>
      </div>`

const callTable = (rows: Row[]): Html =>
  html`<ol class="card calls">
    ${rows.map(
      ({ part, call }) =>
        html`<li>
          <details>
            <summary>
              <span class="who">${part.name}</span>
              <span class="line mono"><b>${call.method}</b> ${call.path}</span>
              <span class="result">${status(call)}</span>
              <span class="ms mono">${call.ms} ms</span>
              <span class="when">${moment(call.at)}</span>
            </summary>
            <div class="said">${said('Request', call.request)} ${said('Answer', call.answer)}</div>
          </details>
        </li>`,
    )}
  </ol>`

function status(call: Call): Html {
  const fault = call.fault ? html` <span class="badge warn">${faultWord(call.fault)}</span>` : ''
  if (call.status === 0) return html`<span class="badge bad">no answer</span>${fault}`
  return html`<span class="badge ${call.status >= 400 ? 'bad' : 'ok'}">${call.status}</span>${fault}`
}

const faultWord = (fault: string): string => (fault === 'answer' ? 'planned' : `planned ${fault}`)

const said = (title: string, text: string): Html =>
  html`<section>
    <h2>${title}</h2>
    ${text ? html`<pre tabindex="0">${readable(text)}</pre>` : html`<p class="muted">Empty</p>`}
  </section>`

/** JSON with line breaks, forms one field per line, everything else as it was. */
function readable(text: string): string {
  if (/^[[{]/.test(text)) {
    try {
      return JSON.stringify(JSON.parse(text), undefined, 2)
    } catch (error) {
      // Long bodies are cut when recorded, and half a document is better shown as it is.
      if (error instanceof SyntaxError) return text
      throw error
    }
  }
  if (!/^[\w.[\]%-]+=/.test(text)) return text
  return Array.from(new URLSearchParams(text), ([name, value]) => `${name} = ${value}`).join('\n')
}
