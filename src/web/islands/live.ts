/**
 * Keeps a part of a page without hydration current: `<ez-live id="…" data-seconds="2">`. Loads the page again and takes
 * over the same part, until that part says `data-done`. Parsed by the browser as a document, so no script in it runs.
 */
class Live extends HTMLElement {
  #timer: ReturnType<typeof setTimeout> | undefined

  connectedCallback(): void {
    this.#schedule()
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer)
  }

  #schedule(): void {
    if (this.hasAttribute('data-done')) return
    const seconds = Number(this.dataset['seconds'] ?? 2)
    this.#timer = setTimeout(() => this.#refresh(), seconds * 1000)
  }

  #refresh(): void {
    const request = new XMLHttpRequest()
    request.open('GET', location.href)
    request.responseType = 'document'
    request.addEventListener('load', () => {
      const fresh = request.responseXML?.getElementById(this.id)
      if (fresh && request.status === 200) {
        if (fresh.textContent !== this.textContent) this.replaceChildren(...fresh.childNodes)
        this.toggleAttribute('data-done', fresh.hasAttribute('data-done'))
      }
      this.#schedule()
    })
    request.addEventListener('error', () => this.#schedule())
    request.send()
  }
}

customElements.define('ez-live', Live)
