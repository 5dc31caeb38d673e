import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { FaultRule } from '#platform/simulation.ts'
import type { ConsoleParts, SimulatorPart } from './parts.ts'

/**
 * The console for programs, such as a test that starts real processes: per simulator (stripe, proxmox, mail)
 * `GET /SIMULATOR/calls`, `GET|POST|DELETE /SIMULATOR/faults`. A POST needs JSON, which no foreign page can send unasked.
 */
export function consoleApi(parts: ConsoleParts): Hono {
  const api = new Hono()
  const named = (c: Context): SimulatorPart | undefined =>
    parts.simulators.find(({ key }) => key === c.req.param('simulator'))
  const unknown = (c: Context): Response => c.json({ error: 'Simulators are stripe, proxmox and mail.' }, 404)

  api.get('/:simulator/calls', (c) => {
    const part = named(c)
    return part ? c.json(part.simulation.calls) : unknown(c)
  })
  api.get('/:simulator/faults', (c) => {
    const part = named(c)
    return part ? c.json(part.simulation.faults) : unknown(c)
  })
  api.post('/:simulator/faults', async (c) => {
    const part = named(c)
    if (!part) return unknown(c)
    if (!c.req.header('content-type')?.startsWith('application/json')) return c.json({ error: 'Send JSON.' }, 415)
    const rule = FaultRule.safeParse(await c.req.json().catch(() => undefined))
    if (!rule.success) return c.json({ error: z.prettifyError(rule.error) }, 400)
    part.simulation.faults.push(rule.data)
    return c.json(rule.data, 201)
  })
  api.delete('/:simulator/faults', (c) => {
    const part = named(c)
    if (!part) return unknown(c)
    part.simulation.faults.length = 0
    return c.body(null, 204)
  })
  return api
}
