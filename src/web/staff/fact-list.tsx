import type { ReactNode } from 'react'

/** Facts as label and value on one line each, for the narrow column of an object. */
export const FactList = ({ facts }: { facts: readonly { label: string; value: ReactNode }[] }) => (
  <dl className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)] gap-x-4 gap-y-2 text-table">
    {facts.map((fact) => (
      <div key={fact.label} className="col-span-full grid grid-cols-subgrid items-baseline">
        <dt className="text-muted">{fact.label}</dt>
        <dd className="min-w-0 break-words">{fact.value}</dd>
      </div>
    ))}
  </dl>
)
