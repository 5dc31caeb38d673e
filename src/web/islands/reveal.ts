/** A button that shows what was typed into a password field: `<ez-reveal data-for="id" data-show="…" data-hide="…">`. */
class Reveal extends HTMLElement {
  connectedCallback(): void {
    const field = document.getElementById(this.dataset['for'] ?? '')
    if (!(field instanceof HTMLInputElement) || this.firstChild) return
    const button = document.createElement('button')
    button.type = 'button'
    const show = (shown: boolean): void => {
      field.type = shown ? 'text' : 'password'
      button.textContent = (shown ? this.dataset['hide'] : this.dataset['show']) ?? ''
      button.setAttribute('aria-pressed', String(shown))
    }
    button.setAttribute('aria-controls', field.id)
    button.addEventListener('click', () => show(field.type === 'password'))
    // Password managers and browsers learn the field by its type.
    field.form?.addEventListener('submit', () => show(false))
    show(false)
    this.append(button)
  }
}

customElements.define('ez-reveal', Reveal)
