import type { Simulation } from '#platform/simulation.ts'

/** What the console needs of the simulators; `simulators.ts` makes it from the real ones. */
export type SimulatorKey = 'stripe' | 'proxmox' | 'mail' | 'vies'

export type SimulatorPart = {
  key: SimulatorKey
  name: string
  address: string
  /** What a fault may be planned for. */
  methods: readonly string[]
  simulation: Simulation
}

export type WebhookEvent = {
  id: string
  type: string
  createdAt: string
  /** The object it is about. */
  subject: string
  state: 'held' | 'waiting' | 'failing' | 'delivered' | 'given_up' | 'not_sent'
  attempts: number
  /** What we answered last; 0 for no answer, undefined before the first try. */
  lastStatus: number | undefined
}

export type WebhookRules = {
  /** How much later every new event is sent. */
  delayMs: number
  /** How often every new event is sent. */
  copies: number
  /** Keeps events back until they are released. */
  hold: boolean
}

export type WebhookPart = {
  /** Newest first. */
  events(): WebhookEvent[]
  /** Sends one event again, now: once, or several copies at the same time. */
  resend(eventId: string, copies: number): Promise<void>
  /** Sends one event with a signature that is not Stripe's; tells what we answered, 0 for nothing. */
  forge(eventId: string): Promise<number>
  rules(): WebhookRules
  setRules(rules: WebhookRules): void
  /** Sends what is held, in the order of creation or against it, and holds nothing more. */
  release(order: 'created' | 'reversed'): Promise<void>
  /** Brings every waiting retry forward to now. */
  hurry(): void
}

export type SimulatedPayment = {
  /** pi_… */
  id: string
  status: string
  /** With its currency, as people read it. */
  amount: string
  /** The same of what can still be sent back; empty when nothing can. */
  left: string
  createdAt: string
  description: string
  disputes: { id: string; status: string; warning: boolean; decided: boolean }[]
  refunds: { id: string; amount: string; status: string }[]
}

export type PaymentRules = {
  /** Whether too many writes a second are answered with 429. */
  limited: boolean
  writesPerSecond: number
  /** How many were answered so. */
  limitedCount: number
  refundFailsAfterMs: number
  debitSettlesAfterMs: number
}

/** What happens to payments without our asking: by hand in Stripe's Dashboard, and at the banks. */
export type PaymentPart = {
  /** Newest first. */
  payments(): SimulatedPayment[]
  /** Each tells in Stripe's words why it was not done, or nothing when it was. */
  refund(paymentId: string, amount: number | undefined): string | undefined
  failRefund(refundId: string): string | undefined
  openDispute(paymentId: string, inquiry: boolean): string | undefined
  decideDispute(disputeId: string, verdict: 'won' | 'lost'): string | undefined
  /** The banks tell about every direct debit now. */
  settleDebits(): void
  rules(): PaymentRules
  setRules(rules: Omit<PaymentRules, 'limitedCount'>): void
}

export type SimulatedSubscription = {
  id: string
  customer: string
  status: string
  cancels: boolean
  /** For one period, as people read it. */
  amount: string
  periodEndAt: string
  clockId: string | undefined
}

/** Stripe's own subscriptions, and the test clocks some of them live by. */
export type SubscriptionPart = {
  /** Newest first. */
  subscriptions(): SimulatedSubscription[]
  clocks(): { id: string; name: string; at: string; customers: number }[]
  /** Tells in Stripe's words why it was not done, or nothing when it was. */
  advance(clockId: string, days: number): string | undefined
}

export type Machine = {
  vmId: number
  name: string
  template: boolean
  status: string
  /** What it is busy with, if anything. */
  lock: string
  cores: number
  memoryBytes: number
  diskBytes: number
}

export type Node = {
  name: string
  broken: boolean
  cores: { used: number; total: number }
  memoryBytes: { used: number; total: number }
  diskBytes: { used: number; total: number }
  machines: Machine[]
}

export type MachinePart = {
  nodes(): Node[]
  breakNode(name: string): void
  repairNode(name: string): void
  runningTasks(): number
  /** Ends every running task now. */
  finishTasks(): void
  /** Lets the next task of a type (`qmclone`, `qmstart`) end with these words and without effect. */
  endNextTask(type: string, exit: string): void
}

export type ConsoleParts = {
  simulators: SimulatorPart[]
  webhooks: WebhookPart
  payments: PaymentPart
  subscriptions: SubscriptionPart
  machines: MachinePart
  mailboxUrl: string
  /** The product's page that moves the clock. */
  clockUrl: string
}
