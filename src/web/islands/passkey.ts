import { knowsPasskeys, troubleOf, usePasskey } from '../ui/passkeys.ts'

/**
 * Signs in with a passkey on a page without hydration: `<ez-passkey>` around a form with a button and a place for words.
 * Sending the form as `passkey-begin` gives the page with a question in it; the browser's answer is sent as any form is.
 * With `data-offer` passkeys are offered among what the browser fills in, too.
 */
class Passkey extends HTMLElement {
  #offered: AbortController | undefined

  connectedCallback(): void {
    const form = this.querySelector('form')
    const button = this.querySelector('button')
    if (!form || !button) return
    button.addEventListener('click', () => {
      if (button.getAttribute('aria-busy') !== 'true') void this.#use(form, button)
    })
    // Coming back by the browser's own button, the page is as it was left.
    addEventListener('pageshow', () => button.removeAttribute('aria-busy'))
    if (this.hasAttribute('data-offer')) void this.#offer(form)
  }

  async #use(form: HTMLFormElement, button: HTMLButtonElement): Promise<void> {
    this.#offered?.abort()
    this.#say('')
    if (!knowsPasskeys()) return this.#say(this.dataset['unsupported'])
    button.setAttribute('aria-busy', 'true')
    try {
      const { question, refused } = await this.#ask(form)
      if (question !== undefined) return this.#answer(form, await usePasskey(question))
      this.#say(refused ?? this.dataset['failed'])
    } catch (error) {
      const trouble = troubleOf(error)
      this.#say(this.dataset[trouble] ?? this.dataset['failed'])
    }
    button.removeAttribute('aria-busy')
  }

  async #offer(form: HTMLFormElement): Promise<void> {
    const offered = new AbortController()
    this.#offered = offered
    try {
      if (!knowsPasskeys() || !(await PublicKeyCredential.isConditionalMediationAvailable())) return
      const { question } = await this.#ask(form)
      if (question === undefined || offered.signal.aborted) return
      this.#answer(form, await usePasskey(question, { offer: true, signal: offered.signal }))
    } catch {
      // Nobody asked for it: the button is there, and tells what is wrong.
    }
  }

  #answer(form: HTMLFormElement, answer: string): void {
    const field = form.elements.namedItem('passkey')
    if (field instanceof HTMLInputElement) field.value = answer
    form.submit()
  }

  #say(words: string | undefined): void {
    const place = this.querySelector('[role=alert]')
    if (place) place.textContent = words ?? ''
  }

  #ask(form: HTMLFormElement): Promise<{ question?: string | undefined; refused?: string | undefined }> {
    const body = new FormData(form)
    body.set('intent', 'passkey-begin')
    return new Promise((done, fail) => {
      const request = new XMLHttpRequest()
      request.open('POST', location.href)
      request.responseType = 'document'
      request.addEventListener('load', () => {
        const fresh = request.responseXML?.querySelector<HTMLElement>('ez-passkey')
        const refused = fresh?.querySelector('[role=alert]')?.textContent
        done({ question: fresh?.dataset['question'], refused: refused || undefined })
      })
      request.addEventListener('error', () => fail(new Error('The network failed.')))
      request.send(body)
    })
  }
}

customElements.define('ez-passkey', Passkey)
