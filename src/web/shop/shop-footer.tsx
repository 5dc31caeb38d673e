import { useLocation } from 'react-router'
import { LOCALES } from '#platform/i18n.ts'
import { kitMessages } from '../messages/kit.ts'
import { shellMessages } from '../messages/shells.ts'
import { inLanguage, paths } from '../paths.ts'
import { Brand } from '../ui/brand.tsx'
import { cx } from '../ui/cx.ts'
import { useLocale, useMessages } from '../ui/site.tsx'
import { LANGUAGE_NAMES } from '../ui/switches.tsx'

/** Where to go from the end of a shop page, and the same page in the other languages. */
export function ShopFooter() {
  const locale = useLocale()
  const words = useMessages(shellMessages).shop
  const columns: [string, [string, string][]][] = [
    [
      words.products,
      [
        [paths.product(locale, 'vps'), words.vps],
        [paths.pricing(locale), words.pricing],
      ],
    ],
    [
      words.account,
      [
        [paths.login(), words.login],
        [paths.services(), words.yourServers],
        [paths.invoices(), words.invoices],
      ],
    ],
    [
      words.company,
      [
        [paths.terms(locale), words.terms],
        [paths.apiReference(), words.apiReference],
      ],
    ],
  ]
  return (
    <footer aria-label={words.footer} className="border-t border-line bg-canvas" data-noprint>
      <div className="mx-auto grid max-w-page gap-x-8 gap-y-10 px-5 py-14 sm:grid-cols-3 sm:px-8 lg:grid-cols-[1.6fr_1fr_1fr_1fr]">
        <div className="sm:col-span-3 lg:col-span-1">
          <Brand />
          <p className="mt-3 max-w-xs text-md text-muted">{words.tagline}</p>
        </div>
        {columns.map(([title, links]) => (
          <div key={title}>
            <h2 className="text-sm font-semibold">{title}</h2>
            <ul className="mt-3 grid gap-1 text-md">
              {links.map(([to, label]) => (
                <li key={to}>
                  <a href={to} className="inline-block py-1 text-muted hover:text-ink">
                    {label}
                  </a>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
      <div className="mx-auto flex max-w-page flex-wrap items-center justify-between gap-x-8 gap-y-3 border-t border-line px-5 py-5 text-sm text-muted sm:px-8">
        <p>{words.pricesNote}</p>
        <LanguageLinks />
      </div>
    </footer>
  )
}

function LanguageLinks() {
  const locale = useLocale()
  const words = useMessages(kitMessages)
  const { pathname, search } = useLocation()
  return (
    <nav aria-label={words.language} className="-mx-2 flex">
      {LOCALES.map((each) => (
        <a
          key={each}
          href={inLanguage(pathname, each) + search}
          lang={each}
          hrefLang={each}
          aria-current={each === locale ? 'true' : undefined}
          className={cx('rounded-control px-2 py-1', each === locale ? 'font-medium text-ink' : 'hover:text-ink')}
        >
          {LANGUAGE_NAMES[each]}
        </a>
      ))}
    </nav>
  )
}
