import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import pdfmake from 'pdfmake'
import type { TDocumentDefinitions } from 'pdfmake/interfaces.js'

const folder = join(dirname(createRequire(import.meta.url).resolve('pdfmake/package.json')), 'fonts', 'Roboto')
const fonts = {
  normal: join(folder, 'Roboto-Regular.ttf'),
  bold: join(folder, 'Roboto-Medium.ttf'),
  italics: join(folder, 'Roboto-Italic.ttf'),
  bolditalics: join(folder, 'Roboto-MediumItalic.ttf'),
}
const own = new Set(Object.values(fonts))

pdfmake.setFonts({ Roboto: fonts })
// A document holds words of customers: nothing in it may open a file or an address.
pdfmake.setLocalAccessPolicy((path) => own.has(path))
pdfmake.setUrlAccessPolicy(() => false)

/** Prints a document with our own fonts. */
export const printPdf = (document: TDocumentDefinitions): Promise<Uint8Array> => pdfmake.createPdf(document).getBuffer()
