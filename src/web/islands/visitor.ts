/** The only part of a shop page that knows its visitor: "Log in" or "Account", and how many items are in the cart. */
const cookies = new Map(
  document.cookie.split('; ').map((part): [string, string] => {
    const at = part.indexOf('=')
    return [part.slice(0, at), part.slice(at + 1)]
  }),
)

class Visitor extends HTMLElement {
  connectedCallback(): void {
    this.dataset['signedIn'] = String(cookies.has('signed_in'))
    const count = Number(cookies.get('cart_count') ?? 0)
    const badge = this.querySelector<HTMLElement>('[data-cart-count]')
    if (!badge || !(count > 0)) return
    badge.textContent = String(Math.min(count, 99))
    badge.hidden = false
  }
}

customElements.define('ez-visitor', Visitor)
