/**
 * Keeps a total current while a form is filled in: `<ez-quote id="…">` inside the form. A choice that may cost something
 * sends the form as its "update" button would, and the same part of the answer is taken over; the old one stays till then.
 */
class Quote extends HTMLElement {
  #request: XMLHttpRequest | undefined

  connectedCallback(): void {
    const form = this.closest('form')
    form?.addEventListener('change', ({ target }) => {
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
      const fresh = request.status === 200 ? request.responseXML?.getElementById(this.id) : undefined
      if (fresh) this.replaceChildren(...fresh.childNodes)
    })
    request.addEventListener('loadend', () => {
      if (this.#request === request) this.removeAttribute('data-busy')
    })
    this.toggleAttribute('data-busy', true)
    request.send(body)
  }
}

customElements.define('ez-quote', Quote)
