import { readFileSync } from 'node:fs'
import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { FaultRule } from '#platform/simulation.ts'
import { type Html, type PageLink, pageSecurity, simulationPage, stylesheet } from '#platform/simulation-page.ts'
import { callsBody } from './simulators/calls-page.ts'
import { consoleApi } from './simulators/console-api.ts'
import { emptyForm, PRESETS, readFaultForm } from './simulators/fault-form.ts'
import { faultId, faultsBody } from './simulators/faults-page.ts'
import { machinesBody, TASK_ENDS } from './simulators/machines-page.ts'
import type { ConsoleParts, SimulatorPart } from './simulators/parts.ts'
import { paymentRoutes } from './simulators/payment-routes.ts'
import { subscriptionRoutes } from './simulators/subscriptions-page.ts'
import { webhooksBody } from './simulators/webhooks-page.ts'

const css = readFileSync(new URL('simulators/console.css', import.meta.url), 'utf8')
const Whole = z.coerce.number().int()

/** The console: watch what the simulators are asked, and make them misbehave. Works without JavaScript; has none. */
export function simulatorsConsole(parts: ConsoleParts): Hono {
  const app = new Hono()
  app.route('/api', consoleApi(parts))
  for (const middleware of pageSecurity) app.use(middleware)
  app.get('/console.css', stylesheet(css))

  const page = pageOf(parts)
  app.get('/', (c) => {
    const live = c.req.query('live') === '1'
    const filter = CallFilter.parse(c.req.query())
    return c.html(page('Calls', callsBody(parts, filter, live), live ? 3 : undefined))
  })
  faultRoutes(app, parts, page)
  webhookRoutes(app, parts, page)
  paymentRoutes(app, parts.payments, (body) => page('Payments', body))
  subscriptionRoutes(app, parts.subscriptions, (body) => page('Subscriptions', body))
  machineRoutes(app, parts, page)
  app.notFound((c) => c.text('There is no such page.', 404))
  return app
}

const CallFilter = z.object({
  simulator: z.enum(['stripe', 'proxmox', 'mail', 'vies', '']).catch(''),
  only: z.enum(['odd', '']).catch(''),
  search: z.string().trim().catch(''),
})

type Page = (title: string, body: Html, refreshSeconds?: number) => Html

function pageOf(parts: ConsoleParts): Page {
  const own: [string, string][] = [
    ['Calls', '/'],
    ['Faults', '/faults'],
    ['Webhooks', '/webhooks'],
    ['Payments', '/payments'],
    ['Subscriptions', '/subscriptions'],
    ['Machines', '/machines'],
  ]
  return (title, body, refreshSeconds) => {
    const links: PageLink[] = [
      ...own.map(([label, href]) => ({ label, href, current: label === title })),
      { label: 'Mailbox', href: parts.mailboxUrl },
      { label: 'Clock', href: parts.clockUrl },
    ]
    const whole = { title, name: 'Simulators', stylesheet: '/console.css', links, body }
    return simulationPage(refreshSeconds === undefined ? whole : { ...whole, refreshSeconds })
  }
}

function faultRoutes(app: Hono, parts: ConsoleParts, page: Page): void {
  const chosen = (key: unknown): SimulatorPart => {
    const part = parts.simulators.find((one) => one.key === key) ?? parts.simulators[0]
    if (!part) throw new Error('the console was started without simulators')
    return part
  }
  const back = (c: Context, part: SimulatorPart): Response => c.redirect(`/faults?simulator=${part.key}`, 303)

  app.get('/faults', (c) => {
    const part = chosen(c.req.query('simulator'))
    return c.html(page('Faults', faultsBody(parts, part, emptyForm(part.key))))
  })
  app.post('/faults', async (c) => {
    const body = await c.req.parseBody()
    const part = chosen(body['simulator'])
    const read = readFaultForm(body)
    if ('issues' in read) return c.html(page('Faults', faultsBody(parts, part, read.form, read.issues)), 422)
    part.simulation.faults.push(read.rule)
    return back(c, part)
  })
  app.post('/faults/preset', async (c) => {
    const body = await c.req.parseBody()
    const part = chosen(body['simulator'])
    const preset = PRESETS[part.key][Whole.catch(-1).parse(body['preset'])]
    if (preset) part.simulation.faults.push(FaultRule.parse(preset.rule))
    return back(c, part)
  })
  app.post('/faults/remove', async (c) => {
    const body = await c.req.parseBody()
    const part = chosen(body['simulator'])
    const { faults } = part.simulation
    const index = faults.findIndex((rule) => faultId(rule) === body['id'])
    // It may have been used up since the page was drawn.
    if (index !== -1) faults.splice(index, 1)
    return back(c, part)
  })
  app.post('/faults/clear', (c) => {
    for (const part of parts.simulators) part.simulation.faults.length = 0
    return c.redirect('/faults', 303)
  })
}

function webhookRoutes(app: Hono, { webhooks }: ConsoleParts, page: Page): void {
  const back = (c: Context, note = ''): Response =>
    c.redirect(note ? `/webhooks?${new URLSearchParams({ note }).toString()}` : '/webhooks', 303)

  app.get('/webhooks', (c) => c.html(page('Webhooks', webhooksBody(webhooks, c.req.query('note')))))
  app.post('/webhooks/resend', async (c) => {
    const { id, how } = z.object({ id: z.string(), how: z.string() }).parse(await c.req.parseBody())
    if (!webhooks.events().some((event) => event.id === id)) return back(c, `There is no event ${id}.`)
    if (how === 'forged') {
      const status = await webhooks.forge(id)
      return back(c, `A forged ${id} was sent. The platform ${status === 0 ? 'did not answer' : `answered ${status}`}.`)
    }
    await webhooks.resend(id, how === 'twice' ? 2 : 1)
    return back(c, `${id} was sent ${how === 'twice' ? 'twice at once' : 'again'}.`)
  })
  app.post('/webhooks/rules', async (c) => {
    const Rules = z.object({ copies: Whole.min(1).max(20), delayMs: Whole.min(0).max(600_000) })
    const rules = Rules.safeParse(await c.req.parseBody())
    if (!rules.success) return back(c, 'Nothing changed: events are sent 1 to 20 times, at most 600000 ms late.')
    webhooks.setRules({ ...webhooks.rules(), ...rules.data })
    return back(c)
  })
  app.post('/webhooks/hold', (c) => {
    webhooks.setRules({ ...webhooks.rules(), hold: true })
    return back(c)
  })
  app.post('/webhooks/release', async (c) => {
    const { order } = await c.req.parseBody()
    await webhooks.release(order === 'reversed' ? 'reversed' : 'created')
    return back(c)
  })
  app.post('/webhooks/hurry', (c) => {
    webhooks.hurry()
    return back(c)
  })
}

function machineRoutes(app: Hono, { machines }: ConsoleParts, page: Page): void {
  const change = (path: string, apply: (node: string) => void): void => {
    app.post(path, async (c) => {
      const { node } = await c.req.parseBody()
      const known = machines.nodes().find(({ name }) => name === node)
      if (known) apply(known.name)
      return c.redirect('/machines', 303)
    })
  }
  app.get('/machines', (c) => c.html(page('Machines', machinesBody(machines))))
  change('/machines/break', (node) => machines.breakNode(node))
  change('/machines/repair', (node) => machines.repairNode(node))
  app.post('/machines/end-task', async (c) => {
    const { end } = await c.req.parseBody()
    const planned = TASK_ENDS[Whole.catch(-1).parse(end)]
    if (planned) machines.endNextTask(planned.type, planned.exit)
    return c.redirect('/machines', 303)
  })
  app.post('/machines/finish', (c) => {
    machines.finishTasks()
    return c.redirect('/machines', 303)
  })
}
