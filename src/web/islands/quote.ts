/**
 * Keeps totals current while a form is filled in: `<ez-quote id="…">`, once or more inside the form. A choice that may cost
 * something sends the form as its "update" button would, and the same parts of the answer are taken over; the old ones
 * stay till then.
 */
class Quote extends HTMLElement {
  #request: XMLHttpRequest | undefined

  connectedCallback(): void {
    const form = this.closest('form')
    // The first of them asks for all.
    if (form?.querySelector('ez-quote') !== this) return
    form.addEventListener('change', ({ target }) => {
      const typed =
        target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type === 'text')
      if (!typed) this.#ask(form)
    })
  }

  #ask(form: HTMLFormElement): void {
    this.#request?.abort()
    const request = new XMLHttpRequest()
    this.#request = request
    const body = new FormData(form)
    body.set('intent', 'quote')
    body.delete('hostname')
    body.delete('sshKey')
    request.open('POST', form.action)
    request.responseType = 'document'
    request.addEventListener('load', () => {
      for (const part of request.status === 200 ? form.querySelectorAll('ez-quote') : []) {
        const fresh = request.responseXML?.getElementById(part.id)
        if (fresh) part.replaceChildren(...fresh.childNodes)
      }
    })
    request.addEventListener('loadend', () => {
      if (this.#request === request) this.removeAttribute('data-busy')
    })
    this.toggleAttribute('data-busy', true)
    request.send(body)
  }
}

customElements.define('ez-quote', Quote)
