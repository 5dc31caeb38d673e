import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { createSimulation, type Simulation } from '#platform/simulation.ts'

/** Greece is EL, Northern Ireland XI, and Great Britain is not covered. */
const STATES = `AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI`.split(' ')

/** The numbers of the Commission's test service, and what each gets; here, also what a number that ends in one gets. */
const ERRORS: Record<string, string> = {
  201: 'INVALID_INPUT',
  202: 'INVALID_REQUESTER_INFO',
  300: 'SERVICE_UNAVAILABLE',
  301: 'MS_UNAVAILABLE',
  302: 'TIMEOUT',
  400: 'VAT_BLOCKED',
  401: 'IP_BLOCKED',
  500: 'GLOBAL_MAX_CONCURRENT_REQ',
  501: 'GLOBAL_MAX_CONCURRENT_REQ_TIME',
  600: 'MS_MAX_CONCURRENT_REQ',
  601: 'MS_MAX_CONCURRENT_REQ_TIME',
}
const INVALID_NUMBER = '200'

/** States whose registers never disclose whom a number belongs to. */
const SECRETIVE = new Set(['DE', 'ES'])

export const VIES_PATH = '/taxation_customs/vies/rest-api'

const MAINTENANCE = '<!doctype html><html><body><h1>VIES</h1><p>The service is being maintained.</p></body></html>'

const Question = z.object({
  countryCode: z.string(),
  vatNumber: z.string(),
  requesterMemberStateCode: z.string().optional(),
  requesterNumber: z.string().optional(),
})
type Question = z.output<typeof Question>

type Verdict = { error: string } | { valid: boolean; name: string; address: string; identifier: string }

export type ViesSimulator = {
  app: Hono
  fetch: typeof globalThis.fetch
  simulation: Simulation
  /** Takes the register of a state down, or up again. */
  setState(country: string, available: boolean): void
  /** Strikes a number, with its prefix, off its register, or takes it back. */
  strike(number: string, gone: boolean): void
  close(): Promise<void>
}

type Options = {
  storeFile?: string
  /** How long a register thinks; two questions to one state at once are too many. */
  latencyMs?: number
}

/**
 * VIES as we use it: its paths, both its shapes, its error codes. A number is valid unless it says otherwise: all zeros, or
 * one that ends in 200, is not; one that ends in a number of the test service gets that error.
 */
export function viesSimulator({ storeFile, latencyMs = 0 }: Options = {}): ViesSimulator {
  const simulation = createSimulation(storeFile)
  const down = simulation.store.collection<true>('down')
  const struck = simulation.store.collection<true>('struck')
  const asking = new Map<string, number>()
  const app = new Hono()
  // A hung up call is no answer, not an answer with an error.
  app.onError((error) => {
    throw error
  })
  app.use(simulation.middleware(() => ({ body: MAINTENANCE, contentType: 'text/html' })))

  const answerTo = async (question: Question): Promise<Verdict> => {
    const { countryCode: country } = question
    if (!STATES.includes(country)) return { error: 'INVALID_INPUT' }
    if ((asking.get(country) ?? 0) > 0) return { error: 'MS_MAX_CONCURRENT_REQ' }
    asking.set(country, (asking.get(country) ?? 0) + 1)
    try {
      if (latencyMs > 0) await new Promise((done) => setTimeout(done, latencyMs))
      if (down.get(country)) return { error: 'MS_UNAVAILABLE' }
      return verdictOn(question, struck.get(`${country}${question.vatNumber}`) !== undefined)
    } finally {
      asking.set(country, (asking.get(country) ?? 1) - 1)
    }
  }
  const vies = app.basePath(VIES_PATH)
  otherShape(vies, answerTo)
  routes(vies, answerTo, (country) => down.get(country) === undefined)
  return {
    app,
    fetch: async (input, init) => app.fetch(new Request(input, init)),
    simulation,
    setState: (country, available) => {
      if (available) down.delete(country)
      else down.set(country, true)
    },
    strike: (number, gone) => {
      if (gone) struck.set(number, true)
      else struck.delete(number)
    },
    close: async () => {
      simulation.store.close()
      return Promise.resolve()
    },
  }
}

let identifiers = 0

function verdictOn(
  { countryCode: country, vatNumber, requesterMemberStateCode, requesterNumber }: Question,
  struck = false,
): Verdict {
  const error = ERRORS[vatNumber.slice(-3)]
  if (error !== undefined) return { error }
  const asksInAName = requesterMemberStateCode !== undefined && requesterNumber !== undefined
  if (asksInAName && (!STATES.includes(requesterMemberStateCode) || !/^[0-9A-Z]{2,12}$/.test(requesterNumber)))
    return { error: 'INVALID_REQUESTER_INFO' }
  // With its prefix inside, with spaces or dots, a number is simply not known.
  const known =
    !struck &&
    /^[0-9A-Z+*]{2,12}$/.test(vatNumber) &&
    !vatNumber.startsWith(country) &&
    !/^0+$/.test(vatNumber) &&
    !vatNumber.endsWith(INVALID_NUMBER)
  const told = known && !SECRETIVE.has(country)
  identifiers += 1
  return {
    valid: known,
    name: told ? `Simulated Company ${country}${vatNumber}` : '---',
    address: told ? '1 Test Street\n12345 Testtown' : '---',
    identifier: known && asksInAName ? `WAPIAAAA${identifiers.toString(36).toUpperCase().padStart(8, '0')}` : '',
  }
}

function routes(
  vies: Hono,
  answerTo: (question: Question) => Promise<Verdict>,
  isAvailable: (country: string) => boolean,
): void {
  const refuse = (c: Context, error: string) =>
    c.json({ actionSucceed: false, errorWrappers: [{ error }] }, error.startsWith('INVALID') ? 400 : 500)
  const check = async (c: Context, ask: (question: Question) => Promise<Verdict>) => {
    const question = Question.safeParse(await c.req.json().catch(() => undefined)).data
    if (!question) return refuse(c, 'INVALID_INPUT')
    const verdict = await ask(question)
    if ('error' in verdict) return refuse(c, verdict.error)
    const { valid, name, address, identifier } = verdict
    const { countryCode, vatNumber } = question
    const requestDate = new Date().toISOString()
    const trader = Object.fromEntries(
      ['Name', 'Street', 'PostalCode', 'City', 'CompanyType'].flatMap((part) => [
        [`trader${part}`, '---'],
        [`trader${part}Match`, 'NOT_PROCESSED'],
      ]),
    )
    return c.json({
      countryCode,
      vatNumber,
      requestDate,
      valid,
      requestIdentifier: identifier,
      name,
      address,
      ...trader,
    })
  }
  vies.post('/check-vat-number', (c) => check(c, answerTo))
  // The test service knows its numbers alone.
  vies.post('/check-vat-test-service', (c) =>
    check(c, async (question) =>
      ['100', INVALID_NUMBER].includes(question.vatNumber) || question.vatNumber in ERRORS
        ? Promise.resolve(verdictOn(question))
        : Promise.resolve({ error: 'INVALID_INPUT' }),
    ),
  )
  vies.get('/check-status', (c) =>
    c.json({
      vow: { available: true },
      countries: STATES.map((countryCode) => ({
        countryCode,
        availability: isAvailable(countryCode) ? 'Available' : 'Unavailable',
      })),
    }),
  )
}

const NOT_COMPARED = {
  name: '---',
  street: '---',
  postalCode: '---',
  city: '---',
  companyType: '---',
  matchName: 3,
  matchStreet: 3,
  matchPostalCode: 3,
  matchCity: 3,
  matchCompanyType: 3,
}

/** The service for browsers: other names, and errors beside `isValid: false` under status 200. */
function otherShape(vies: Hono, answerTo: (question: Question) => Promise<Verdict>): void {
  vies.get('/ms/:country/vat/:number', async (c) => {
    const { country: countryCode, number: vatNumber } = c.req.param()
    const verdict = await answerTo({ countryCode, vatNumber })
    const failed = 'error' in verdict
    return c.json({
      isValid: !failed && verdict.valid,
      requestDate: new Date().toISOString(),
      userError: failed ? verdict.error : verdict.valid ? 'VALID' : 'INVALID',
      name: failed ? '---' : verdict.name,
      address: failed ? '---' : verdict.address,
      requestIdentifier: '',
      originalVatNumber: failed ? '' : vatNumber,
      vatNumber,
      viesApproximate: failed ? {} : NOT_COMPARED,
    })
  })
}
