import { Search } from 'lucide-react'
import { Form, Link, useLocation, useSearchParams, useSubmit } from 'react-router'
import { kitMessages } from '../messages/kit.ts'
import { Button } from './button.tsx'
import type { Choice } from './field.tsx'
import { useHydrated } from './hydrated.ts'
import { useMessages } from './site.tsx'

type Select = { name: string; label: string; options: readonly Choice[] }

/**
 * Filters of a list, kept in the URL. Choosing applies at once; without scripts there is a button. `keep` names
 * parameters that stay as they are.
 */
export function Filters({
  search,
  selects = [],
  keep = [],
}: {
  search?: { name: string; label: string }
  selects?: readonly Select[]
  keep?: readonly string[]
}) {
  const words = useMessages(kitMessages)
  const [parameters] = useSearchParams()
  const { pathname } = useLocation()
  const submit = useSubmit()
  const hydrated = useHydrated()
  const names = [...selects.map((select) => select.name), ...(search ? [search.name] : [])]
  const set = names.some((name) => parameters.get(name))
  const kept = ['sort', ...keep].filter((name) => parameters.has(name))
  return (
    <Form
      role="search"
      aria-label={words.filters.label}
      key={pathname + names.map((name) => parameters.get(name) ?? '').join('|')}
      className="flex flex-wrap items-center gap-2"
      onChange={(event) => {
        if (event.target instanceof HTMLSelectElement) void submit(event.currentTarget, { replace: true })
      }}
    >
      {kept.map((name) => (
        <input key={name} type="hidden" name={name} value={parameters.get(name) ?? ''} />
      ))}
      {search && (
        <label className="relative min-w-0 grow basis-full sm:max-w-xs sm:basis-56">
          <span className="sr-only">{search.label}</span>
          <Search
            aria-hidden="true"
            className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted"
          />
          <input
            type="search"
            name={search.name}
            placeholder={search.label}
            defaultValue={parameters.get(search.name) ?? ''}
            maxLength={100}
            className="control pl-9"
          />
        </label>
      )}
      {selects.map((select) => (
        <label key={select.name} className="min-w-0 max-sm:flex-1">
          <span className="sr-only">{select.label}</span>
          <select
            name={select.name}
            defaultValue={parameters.get(select.name) ?? ''}
            className="control w-auto max-sm:w-full"
          >
            <option value="">{`${select.label}: ${words.filters.any}`}</option>
            {select.options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
        </label>
      ))}
      {(search !== undefined || !hydrated) && (
        <Button type="submit">{search ? words.search : words.filters.apply}</Button>
      )}
      {set && (
        <Link to={pathname} className="px-2 text-sm link">
          {words.table.clear}
        </Link>
      )}
    </Form>
  )
}
