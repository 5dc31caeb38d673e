import { Form } from 'react-router'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'

/** A field to look for what a page is about, when it is not known yet. It stands in the address as `q`. */
export function LookupCard({
  id,
  q,
  words,
}: {
  id: string
  q: string | undefined
  words: { label: string; find: string; hint: string }
}) {
  return (
    <Card>
      <Form role="search" className="grid gap-1.5">
        <label htmlFor={id} className="font-medium">
          {words.label}
        </label>
        <div className="flex gap-2">
          <input id={id} type="search" name="q" defaultValue={q} maxLength={100} className="control" />
          <Button type="submit">{words.find}</Button>
        </div>
        <p className="text-sm text-muted">{words.hint}</p>
      </Form>
    </Card>
  )
}
