/** A form with brackets, as Stripe reads it: leaves are text, a list is an object with the keys 0, 1, … */
export type FormTree = { [key: string]: FormTree | string }

/** A name that is used both as a text and as an object. */
export class FormConflict extends Error {
  readonly param: string
  constructor(param: string) {
    super(`Invalid object: ${param} is given both as a value and as an object.`)
    this.param = param
  }
}

/** Without a prototype, so that `constructor` or `__proto__` are names like any other. */
const emptyTree = (): FormTree => Object.create(null) as FormTree

/** `a[b][]` as ['a', 'b', '']; a name whose brackets do not match is one plain name. */
function partsOf(name: string): string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name)
  if (!match) return [name]
  const [, first = '', rest = ''] = match
  return [first, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map((part) => part[1] ?? '')]
}

/** The last of two equal names wins; `a[]` appends. Throws FormConflict for `a=1&a[b]=2`. */
export function parseForm(text: string): FormTree {
  const tree = emptyTree()
  for (const [name, value] of new URLSearchParams(text)) {
    const parts = partsOf(name)
    const last = parts.pop() ?? name
    let node = tree
    for (const part of parts) {
      const key = part === '' ? String(Object.keys(node).length) : part
      const next = (node[key] ??= emptyTree())
      if (typeof next === 'string') throw new FormConflict(name)
      node = next
    }
    const key = last === '' ? String(Object.keys(node).length) : last
    if (typeof node[key] === 'object') throw new FormConflict(name)
    node[key] = value
  }
  return tree
}

/** `['line_items', 0, 'price']` as `line_items[0][price]`, the way Stripe names a parameter. */
export const bracketName = (path: readonly PropertyKey[]): string =>
  path.map((part, index) => (index === 0 ? String(part) : `[${String(part)}]`)).join('')
