import { html } from 'hono/html'
import type { Locale } from '#platform/i18n.ts'
import type { MailContent } from './template.ts'

export type Frame = { locale: Locale; sender: string; publicUrl: string }

const en = {
  copyLink: 'If the button does not work, copy this address into your browser:',
  footer: (sender: string) => `This message was sent automatically by ${sender}.`,
}
const de: typeof en = {
  copyLink: 'Falls die Schaltfläche nicht funktioniert, kopieren Sie diese Adresse in Ihren Browser:',
  footer: (sender) => `Diese Nachricht wurde automatisch von ${sender} verschickt.`,
}
const texts: Record<Locale, typeof en> = { en, de }

/** The part for people and programs that read plain text. */
export function renderText(content: MailContent, { locale, sender, publicUrl }: Frame): string {
  const { heading, paragraphs, facts = [], button, notes = [] } = content
  const blocks = [
    heading,
    ...paragraphs,
    facts.map(({ label, value }) => `${label}: ${value}`).join('\n'),
    button ? `${button.label}:\n${button.url}` : '',
    ...notes,
    `-- \n${texts[locale].footer(sender)}\n${publicUrl}`,
  ]
  return `${blocks.filter(Boolean).join('\n\n')}\n`
}

const FONT = `font-family:Inter,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;`

// What inline styles cannot say: the dark colours.
const STYLE = html`<style>
  :root {
    color-scheme: light dark;
    supported-color-schemes: light dark;
  }
  a {
    color: #0052b4;
  }
  @media (prefers-color-scheme: dark) {
    .canvas {
      background-color: #0c1015 !important;
    }
    .card {
      background-color: #14191f !important;
      border-color: #2b3139 !important;
    }
    .ink {
      color: #ebeff2 !important;
    }
    .muted {
      color: #a3acb6 !important;
    }
    .line {
      border-color: #2b3139 !important;
    }
    .button {
      background-color: #2a71d6 !important;
    }
    a {
      color: #7cb4fc !important;
    }
    a.button {
      color: #ffffff !important;
    }
  }
</style>`

/** The part with looks. Tables, since mail programs know little else; colours for light and dark. */
export async function renderHtml(content: MailContent, { locale, sender, publicUrl }: Frame): Promise<string> {
  const t = texts[locale]
  const body = html`<!doctype html>
    <html lang="${locale}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>${content.subject}</title>
        ${STYLE}
      </head>
      <body class="canvas" style="margin:0;padding:0;background-color:#f9fafb;">
        <div style="display:none;max-height:0;overflow:hidden;">${content.preheader}</div>
        <table
          role="presentation"
          class="canvas"
          width="100%"
          cellpadding="0"
          cellspacing="0"
          border="0"
          style="background-color:#f9fafb;"
        >
          <tr>
            <td align="center" style="padding:32px 16px;">
              <table
                role="presentation"
                width="100%"
                cellpadding="0"
                cellspacing="0"
                border="0"
                style="max-width:560px;"
              >
                <tr>
                  <td class="ink" style="${FONT}padding:0 4px 16px;font-size:16px;font-weight:600;color:#161b22;">
                    ${sender}
                  </td>
                </tr>
                <tr>
                  <td
                    class="card"
                    style="padding:32px 28px;background-color:#ffffff;border:1px solid #dde0e3;border-radius:8px;"
                  >
                    ${message(content, t.copyLink)}
                  </td>
                </tr>
                <tr>
                  <td class="muted" style="${FONT}padding:20px 4px 0;font-size:13px;line-height:1.5;color:#575e68;">
                    ${t.footer(sender)}<br /><a href="${publicUrl}">${publicUrl.replace(/^https?:\/\//, '')}</a>
                  </td>
                </tr>
              </table>
            </td>
          </tr>
        </table>
      </body>
    </html>`
  return String(await body).replaceAll(/^ +/gm, '')
}

const message = (content: MailContent, copyLink: string) => html`
  <h1 class="ink" style="${FONT}margin:0 0 16px;font-size:22px;line-height:1.3;font-weight:600;color:#161b22;">
    ${content.heading}
  </h1>
  ${content.paragraphs.map(paragraph)} ${factTable(content.facts)} ${buttonWithAddress(content.button, copyLink)}
  ${(content.notes ?? []).map(note)}
`

const paragraph = (text: string) =>
  html`<p class="ink" style="${FONT}margin:0 0 16px;font-size:16px;line-height:1.5;color:#161b22;">${text}</p>`

const note = (text: string) =>
  html`<p class="muted" style="${FONT}margin:16px 0 0;font-size:14px;line-height:1.5;color:#575e68;">${text}</p>`

const factTable = (facts: MailContent['facts']) =>
  facts &&
  html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 16px;">
    ${facts.map(
      ({ label, value }) =>
        html`<tr>
          <td
            class="muted line"
            valign="top"
            style="${FONT}padding:8px 16px 8px 0;border-bottom:1px solid #dde0e3;font-size:14px;line-height:1.5;color:#575e68;"
          >
            ${label}
          </td>
          <td
            class="ink line"
            valign="top"
            align="right"
            style="${FONT}padding:8px 0;border-bottom:1px solid #dde0e3;font-size:14px;line-height:1.5;color:#161b22;overflow-wrap:anywhere;"
          >
            ${value}
          </td>
        </tr>`,
    )}
  </table>`

const buttonWithAddress = (button: MailContent['button'], copyLink: string) =>
  button &&
  html`<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 16px;">
      <tr>
        <td>
          <a
            href="${button.url}"
            class="button"
            style="${FONT}display:inline-block;padding:12px 20px;background-color:#1c65c8;border-radius:6px;font-size:16px;font-weight:600;color:#ffffff;text-decoration:none;"
            >${button.label}</a
          >
        </td>
      </tr>
    </table>
    <p class="muted" style="${FONT}margin:0;font-size:13px;line-height:1.5;color:#575e68;">
      ${copyLink}<br /><a href="${button.url}" style="word-break:break-all;">${button.url}</a>
    </p>`
