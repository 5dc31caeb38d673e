/** An element: its name as written, its attributes, and either elements or text within. */
export type XmlElement = {
  name: string
  attributes: Record<string, string>
  children: XmlElement[]
  text: string
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const plain = (text: string): string => text.replaceAll(/&(\w+);/g, (_all, name: string) => ENTITIES[name]!)

/** Reads well-formed XML of elements, attributes and text; fails on anything else. */
export function readXml(xml: string): XmlElement {
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' }
  const open = [root]
  const token = /<\?xml[^?]*\?>|<\/([\w:]+)>|<([\w:]+)((?: [\w:]+="[^"<]*")*)>|([^<]+)/gy
  while (token.lastIndex < xml.length) {
    const match = token.exec(xml)
    if (!match) throw new Error('this is no well-formed XML')
    const [, closing, opening, attributes = '', text] = match
    const current = open.at(-1)!
    if (opening !== undefined) {
      const element: XmlElement = { name: opening, attributes: {}, children: [], text: '' }
      for (const [, key, value] of attributes.matchAll(/([\w:]+)="([^"]*)"/g)) element.attributes[key!] = plain(value!)
      current.children.push(element)
      open.push(element)
    } else if (closing !== undefined) {
      if (open.pop()!.name !== closing) throw new Error(`</${closing}> closes nothing`)
    } else if (text !== undefined) {
      if (/&(?!\w+;)/.test(text)) throw new Error('a bare ampersand')
      current.text += plain(text)
    }
  }
  const [document] = root.children
  if (!document || open.length !== 1) throw new Error('an element is not closed')
  return document
}

/** Everything at a path of names below an element. */
export const elementsAt = (element: XmlElement, path: string): XmlElement[] =>
  path
    .split('/')
    .reduce((found, name) => found.flatMap(({ children }) => children.filter((each) => each.name === name)), [element])

/** The text of the one element at a path; fails where there is none or another. */
export function textAt(element: XmlElement, path: string): string {
  const [only, ...others] = elementsAt(element, path)
  if (!only || others.length > 0) throw new Error(`${path} is there ${others.length + (only ? 1 : 0)} times`)
  return only.text
}
