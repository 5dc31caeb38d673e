import { z } from 'zod'
import type { VatAnswer, VatNumber, VatRegistry } from '#modules/billing/vat-registry.ts'
import type { Fetch } from '#platform/outbound.ts'

export type ViesConfig = {
  /** Such as https://ec.europa.eu/taxation_customs/vies/rest-api. */
  baseUrl: string
  /** In whose name is asked; without one there is no consultation number. */
  requester: VatNumber | undefined
  fetch: Fetch
  timeoutMs?: number
}

/** States answer slowly at night; VIES itself gives up after about 20 s. */
const TIMEOUT_MS = 25_000

const Answer = z.object({
  countryCode: z.string().optional(),
  vatNumber: z.string().optional(),
  valid: z.boolean().optional(),
  /** The other shape of the service has it, and it is the only place where some errors stand. */
  userError: z.string().optional(),
  errorWrappers: z.array(z.object({ error: z.string() })).optional(),
  requestDate: z.string().optional(),
  requestIdentifier: z.string().nullish(),
  name: z.string().nullish(),
  address: z.string().nullish(),
})
type Answer = z.output<typeof Answer>

const unknown = (errorCode: string): VatAnswer => ({ outcome: 'unknown', errorCode })

/** VIES, the European Commission's window on the member states' registers. */
export function viesRegistry(config: ViesConfig): VatRegistry {
  const turns = new Map<string, Promise<unknown>>()

  async function ask(number: VatNumber): Promise<VatAnswer> {
    const { requester } = config
    let status: number
    let body: string
    try {
      const response = await config.fetch(`${config.baseUrl}/check-vat-number`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({
          countryCode: number.country,
          vatNumber: number.digits,
          ...(requester && { requesterMemberStateCode: requester.country, requesterNumber: requester.digits }),
        }),
        signal: AbortSignal.timeout(config.timeoutMs ?? TIMEOUT_MS),
      })
      status = response.status
      body = await response.text()
    } catch (error) {
      // No answer is an answer here: the caller charges tax and asks again.
      return unknown(error instanceof Error && error.name === 'TimeoutError' ? 'NO_ANSWER_IN_TIME' : 'NO_ANSWER')
    }
    return readAnswer(status, body, number)
  }

  return {
    check: (number) => {
      const before = turns.get(number.country) ?? Promise.resolve()
      const turn = before.then(() => ask(number))
      turns.set(number.country, turn)
      return turn
    },
  }
}

/** "Not valid" counts only when no error stands beside it: a register that is down also says `valid: false`. */
export function readAnswer(status: number, body: string, asked: VatNumber): VatAnswer {
  const answer = parse(body)
  if (!answer) return unknown(`HTTP_${status}`)
  const error = errorOf(answer)
  if (error !== undefined) return unknown(error)
  if (status !== 200 || answer.valid === undefined) return unknown(`HTTP_${status}`)
  if (answer.countryCode !== asked.country || answer.vatNumber !== asked.digits) return unknown('OTHER_NUMBER')
  return {
    outcome: answer.valid ? 'valid' : 'invalid',
    requestIdentifier: disclosed(answer.requestIdentifier),
    requestDate: instantOf(answer.requestDate),
    name: disclosed(answer.name),
    address: disclosed(answer.address),
  }
}

function parse(body: string): Answer | undefined {
  try {
    return Answer.safeParse(JSON.parse(body)).data
  } catch {
    return undefined // A page for people: VIES is being maintained.
  }
}

function errorOf({ errorWrappers, userError }: Answer): string | undefined {
  const [first] = errorWrappers ?? []
  if (first) return first.error
  return userError === undefined || userError === 'VALID' || userError === 'INVALID' ? undefined : userError
}

const disclosed = (text: string | null | undefined): string | null =>
  text === undefined || text === null || text.trim() === '' || text.trim() === '---' ? null : text.trim()

function instantOf(text: string | undefined): Temporal.Instant | null {
  try {
    return text === undefined ? null : Temporal.Instant.from(text)
  } catch {
    return null // Kept without; our own time of asking stands beside it.
  }
}
