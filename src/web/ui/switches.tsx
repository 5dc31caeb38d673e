import { Check, Monitor, Moon, Sun } from 'lucide-react'
import { Form, useLocation, useRouteLoaderData } from 'react-router'
import { LOCALES, type Locale } from '#platform/i18n.ts'
import { kitMessages } from '../messages/kit.ts'
import { paths } from '../paths.ts'
import { cx } from './cx.ts'
import { MenuItem } from './menu.tsx'
import { useLocale, useMessages } from './site.tsx'

export const LANGUAGE_NAMES: Record<Locale, string> = { en: 'English', de: 'Deutsch' }

const THEMES = [
  ['system', Monitor],
  ['light', Sun],
  ['dark', Moon],
] as const

/** Light, dark or as the system is: a choice kept in a cookie, so the server writes the right page. `labelled` has room for words. */
export function ThemeSwitch({ labelled = false }: { labelled?: boolean }) {
  const words = useMessages(kitMessages)
  const chosen = useRouteLoaderData<{ theme: string | undefined }>('root')?.theme ?? 'system'
  return (
    <PreferenceForm>
      <div role="group" aria-label={words.theme} className="grid grid-cols-3 gap-0.5 rounded-control bg-sunken p-0.5">
        {THEMES.map(([theme, Icon]) => (
          <button
            key={theme}
            type="submit"
            name="theme"
            value={theme}
            aria-pressed={theme === chosen}
            title={words.themes[theme]}
            className={cx(
              'flex min-h-7 items-center justify-center gap-2 rounded-sm pointer-coarse:min-h-11',
              theme === chosen ? 'bg-surface text-ink shadow-float' : 'text-muted hover:text-ink',
            )}
          >
            <Icon aria-hidden="true" className="size-4" />
            <span className={labelled ? 'text-md font-medium' : 'sr-only'}>{words.themes[theme]}</span>
          </button>
        ))}
      </div>
    </PreferenceForm>
  )
}

/** The languages as items of a menu, for personal pages; shop pages link to the same page in the other language. */
export function LanguageSwitch() {
  const locale = useLocale()
  return (
    <PreferenceForm>
      {LOCALES.map((each) => (
        <MenuItem key={each} name="locale" value={each} lang={each} aria-pressed={each === locale}>
          <Check aria-hidden="true" className={cx(each !== locale && 'invisible')} />
          {LANGUAGE_NAMES[each]}
        </MenuItem>
      ))}
    </PreferenceForm>
  )
}

function PreferenceForm({ children }: { children: React.ReactNode }) {
  const { pathname, search } = useLocation()
  return (
    <Form method="post" action={paths.preferences()} preventScrollReset replace>
      <input type="hidden" name="next" value={pathname + search} />
      {children}
    </Form>
  )
}
