const SOON_MS = 150

/**
 * Keeps a part of a page without hydration current: `<ez-live id="…" data-seconds="5">`. Loads the page again and takes
 * over the same part, until that part says `data-done`; with `data-events` it also does so whenever the server tells that
 * something happened. Parsed by the browser as a document, so no script in it runs.
 */
class Live extends HTMLElement {
  #timer: ReturnType<typeof setTimeout> | undefined
  #stream: EventSource | undefined

  connectedCallback(): void {
    if (this.hasAttribute('data-events') && !this.hasAttribute('data-done')) {
      this.#stream = new EventSource('/api/v1/events')
      this.#stream.addEventListener('message', () => this.#refreshIn(SOON_MS))
    }
    this.#schedule()
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer)
    this.#stream?.close()
  }

  #schedule(): void {
    if (this.hasAttribute('data-done')) this.#stream?.close()
    else this.#refreshIn(Number(this.dataset['seconds'] ?? 2) * 1000)
  }

  #refreshIn(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#refresh(), ms)
  }

  #refresh(): void {
    const request = new XMLHttpRequest()
    request.open('GET', location.href)
    request.responseType = 'document'
    request.addEventListener('load', () => {
      const fresh = request.responseXML?.getElementById(this.id)
      if (fresh && request.status === 200) {
        this.toggleAttribute('data-done', fresh.hasAttribute('data-done'))
        if (fresh.innerHTML !== this.innerHTML) this.replaceChildren(...fresh.childNodes)
      }
      this.#schedule()
    })
    request.addEventListener('error', () => this.#schedule())
    request.send()
  }
}

customElements.define('ez-live', Live)
