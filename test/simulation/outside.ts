import type { TestApp } from '#test/support/test-app.ts'
import type { CardPayment } from './model.ts'

/** What happens without our program, at the gateway: we hear of it when its messages come, which may be days later. */
export class Outside {
  readonly #app: TestApp
  readonly #untold: { payment: CardPayment; apply: () => void }[] = []
  #held = false

  constructor(app: TestApp) {
    this.#app = app
  }

  /** From now on its messages are kept back. */
  hold(): void {
    this.#held = true
    this.#app.stripe.webhooks.hold()
  }

  /** Something has happened there; `apply` is what it means once it is told. */
  async happened(payment: CardPayment, apply: () => void): Promise<void> {
    this.#untold.push({ payment, apply })
    await this.#app.work()
    if (!this.#held) this.#tell()
  }

  isUntold(payment: CardPayment): boolean {
    return this.#untold.some((each) => each.payment === payment)
  }

  /** What was kept back comes now, the newest first. */
  async deliver(): Promise<void> {
    if (!this.#held) return
    await this.#app.stripe.deliverReordered()
    this.#held = false
    await this.#app.work()
    this.#tell()
  }

  #tell(): void {
    for (const { apply } of this.#untold.splice(0)) apply()
  }
}
