import { html } from 'hono/html'
import type { FaultRule } from '#platform/simulation.ts'
import type { Html } from '#platform/simulation-page.ts'
import { option } from './calls-page.ts'
import { describeFault, FAULT_KINDS, type FaultForm, type Issues, PRESETS } from './fault-form.ts'
import type { ConsoleParts, SimulatorPart } from './parts.ts'

const ids = new WeakMap<FaultRule, string>()
let lastId = 0

/** Names a planned fault for a form; rules themselves have no identity, and their places in the list move. */
export function faultId(rule: FaultRule): string {
  const known = ids.get(rule)
  if (known) return known
  lastId += 1
  ids.set(rule, String(lastId))
  return String(lastId)
}

/** What is planned to go wrong, and the form to plan more for one simulator. */
export function faultsBody(parts: ConsoleParts, chosen: SimulatorPart, form: FaultForm, issues: Issues = {}): Html {
  const planned = parts.simulators.flatMap((part) => part.simulation.faults.map((rule) => ({ part, rule })))
  return html`<div class="head">
      <h1>Faults <span class="muted">${planned.length} planned</span></h1>
      ${planned.length > 0 ? html`<form method="post" action="/faults/clear"><button>Clear all</button></form>` : ''}
    </div>
    ${planned.length > 0 ? plannedList(planned) : noFaults()}
    <nav class="tabs" aria-label="Simulator">
      ${parts.simulators.map(
        (part) =>
          html`<a href="/faults?simulator=${part.key}" ${part === chosen ? html`aria-current="page"` : ''}
            >${part.name}</a
          >`,
      )}
    </nav>
    <div class="columns">${faultForm(chosen, form, issues)} ${presets(chosen)}</div>`
}

const noFaults = (): Html =>
  html`<div class="card empty">
    <p>Nothing is planned to go wrong.</p>
    <p class="muted">Plan a fault below: the next call that fits will meet it.</p>
  </div>`

const plannedList = (planned: { part: SimulatorPart; rule: FaultRule }[]): Html =>
  html`<ol class="card rows">
    ${planned.map(
      ({ part, rule }) =>
        html`<li>
          <span class="who">${part.name}</span>
          <span class="grow">${describeFault(rule)}</span>
          <form method="post" action="/faults/remove">
            <input type="hidden" name="simulator" value="${part.key}" />
            <input type="hidden" name="id" value="${faultId(rule)}" />
            <button>Remove</button>
          </form>
        </li>`,
    )}
  </ol>`

const faultForm = (part: SimulatorPart, form: FaultForm, issues: Issues): Html =>
  html`<form class="card form" method="post" action="/faults">
    <h2>Plan a fault for ${part.name}</h2>
    <p class="muted">It answers on <code>${part.address}</code>.</p>
    ${
      Object.keys(issues).length > 0
        ? html`<p class="problem" role="alert">The fault was not planned. Correct the marked fields.</p>`
        : ''
    }
    <input type="hidden" name="simulator" value="${part.key}" />
    <label for="kind">What happens</label>
    <select id="kind" name="kind">
      ${Object.entries(FAULT_KINDS).map(([kind, label]) => option(kind, label, form.kind))}
    </select>
    <label for="method">${part.key === 'mail' ? 'SMTP command' : 'Method'}</label>
    <select id="method" name="method">
      ${option('', 'Any', form.method)} ${part.methods.map((method) => option(method, method, form.method))}
    </select>
    <label for="path">${part.key === 'mail' ? 'Address contains' : 'Path contains'}</label>
    <input id="path" name="path" value="${form.path}" placeholder="${PATH_EXAMPLES[part.key]}" />
    <div class="numbers">
      ${numberField('times', 'Times', form.times, issues.times)}
      ${numberField('status', 'Error status', form.status, issues.status)}
      ${numberField('ms', 'Wait in ms', form.ms, issues.ms)}
    </div>
    <button class="main">Plan fault</button>
  </form>`

const PATH_EXAMPLES = {
  stripe: '/v1/payment_intents',
  proxmox: '/status/start',
  mail: 'ann@example.com',
  vies: '/check-vat-number',
}

const numberField = (name: keyof Issues, label: string, value: string, issue?: string): Html =>
  html`<div>
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      value="${value}"
      inputmode="numeric"
      ${issue ? html`aria-invalid="true" aria-describedby="${name}-problem"` : ''}
    />
    ${issue ? html`<p class="problem" id="${name}-problem">${issue}</p>` : ''}
  </div>`

const presets = (part: SimulatorPart): Html =>
  html`<form class="card form" method="post" action="/faults/preset">
    <h2>Often wanted</h2>
    <input type="hidden" name="simulator" value="${part.key}" />
    ${PRESETS[part.key].map(({ label }, index) => html`<button name="preset" value="${index}">${label}</button>`)}
  </form>`
