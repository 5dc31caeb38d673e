import { setTimeout as sleep } from 'node:timers/promises'
import type { SMTPServerSession } from 'smtp-server'
import type { Simulation } from '#platform/simulation.ts'

/** The commands a fault can be planned for; a fault's path is a part of the address (for DATA, of the recipient's). */
export const SMTP_STEPS = ['CONNECT', 'AUTH', 'MAIL', 'RCPT', 'DATA'] as const
export type SmtpStep = (typeof SMTP_STEPS)[number]

/** Mailpit's chaos: at each of these the given reply, with a probability in percent. */
export type Chaos = Record<'Authentication' | 'Sender' | 'Recipient', { ErrorCode: number; Probability: number }>

export type SmtpWork = {
  session: SMTPServerSession
  step: SmtpStep
  /** Whose mail this is about. */
  path: string
  /** What the client said. */
  request: string
  /** Does it, and tells the text of a good reply; throws an `SmtpRefusal` to say no. */
  act?: () => Promise<string>
}

/** An error that smtp-server turns into one line with this code. */
export class SmtpRefusal extends Error {
  readonly responseCode: number

  constructor(responseCode: number, text: string) {
    super(text)
    this.responseCode = responseCode
  }
}

type Answer = (error: Error | null, text: string) => void

const CHAOS_AT: Partial<Record<SmtpStep, keyof Chaos>> = { AUTH: 'Authentication', MAIL: 'Sender', RCPT: 'Recipient' }

/** Answers each command, unless a planned fault or chaos wants otherwise, and records it as a call. */
export function smtpSteps(simulation: Simulation, chaos: () => Chaos, hangUp: (session: SMTPServerSession) => void) {
  const running = new Set<Promise<void>>()
  const closing = new AbortController()

  async function wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: closing.signal }).catch(() => {
      throw new SmtpRefusal(421, 'The simulator is closing')
    })
  }

  function chaosReply(step: SmtpStep): number | undefined {
    const at = CHAOS_AT[step]
    const trigger = at && chaos()[at]
    return trigger && Math.random() * 100 < trigger.Probability ? trigger.ErrorCode : undefined
  }

  async function reply({ step, act }: SmtpWork): Promise<string> {
    const bad = chaosReply(step)
    if (bad) throw new SmtpRefusal(bad, 'Chaos sends this reply by chance')
    return (await act?.()) ?? 'OK'
  }

  /** A dropped connection gets no reply at all; everything else is one line of SMTP. */
  async function perform(work: SmtpWork, answer: Answer): Promise<void> {
    const started = performance.now()
    const action = simulation.takeFault(work.step, work.path)?.action
    const record = (status: number, text: string): void => {
      if (work.step === 'CONNECT' && !action) return
      const ms = Math.round(performance.now() - started)
      const { step: method, path, request } = work
      simulation.record({ method, path, request, status, ms, answer: text, ...(action ? { fault: action.kind } : {}) })
    }
    try {
      if (action?.kind === 'delay') await wait(action.ms)
      const text = !action || action.kind === 'delay' || action.afterActing ? await reply(work) : ''
      if (action?.kind === 'drop') {
        record(0, '')
        return hangUp(work.session)
      }
      if (action?.kind === 'answer')
        throw new SmtpRefusal(action.status, action.body ?? 'The simulator was asked to say no')
      record(work.step === 'AUTH' ? 235 : 250, text)
      answer(null, text)
    } catch (error) {
      // A mistake of the simulator itself is told to the client too, as a server's local error.
      const refusal = error instanceof SmtpRefusal ? error : new SmtpRefusal(451, `Local error: ${String(error)}`)
      record(refusal.responseCode, refusal.message)
      answer(refusal, '')
    }
  }

  return {
    run: (work: SmtpWork, answer: Answer): void => {
      const done = perform(work, answer).finally(() => running.delete(done))
      running.add(done)
    },
    /** Ends planned delays and waits for the commands being answered, at most `timeoutMs`. */
    close: async (timeoutMs: number): Promise<void> => {
      closing.abort()
      const answered = new AbortController()
      const tooLong = sleep(timeoutMs, undefined, { signal: answered.signal }).catch(() => undefined)
      await Promise.race([Promise.allSettled(running), tooLong])
      answered.abort()
    },
  }
}
