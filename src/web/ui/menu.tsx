import { type ReactNode, useId } from 'react'
import { Link } from 'react-router'
import { cx } from './cx.ts'

/**
 * A button with a short list beneath, in the browser's own top layer: Escape and a click elsewhere close it, and it opens
 * without scripts. Fill it with MenuLink, MenuItem and forms of one button.
 */
export function Menu({
  label,
  trigger,
  triggerClass,
  children,
  align = 'end',
  side = 'bottom',
}: {
  label: string
  trigger: ReactNode
  triggerClass?: string
  children: ReactNode
  align?: 'start' | 'end'
  side?: 'top' | 'bottom'
}) {
  const id = useId()
  return (
    <>
      <button type="button" popoverTarget={id} aria-label={label} title={label} className={triggerClass}>
        {trigger}
      </button>
      <div
        id={id}
        popover="auto"
        className="menu"
        data-align={align}
        data-side={side}
        onClick={(event) => {
          if (event.target instanceof Element && event.target.closest('a, button')) event.currentTarget.hidePopover()
        }}
      >
        {children}
      </div>
    </>
  )
}

const itemClass = (danger = false): string =>
  cx(
    'flex min-h-8 w-full items-center gap-2.5 rounded-control px-2.5 py-1.5 text-left text-md hover:bg-hover pointer-coarse:min-h-11 [&_svg]:size-4 [&_svg]:shrink-0',
    danger ? 'text-bad' : 'text-ink [&_svg]:text-muted',
  )

/** A place to go. `document` leaves the surface with a full page load. */
export const MenuLink = ({
  to,
  document = false,
  children,
}: {
  to: string
  document?: boolean
  children: ReactNode
}) => (
  <Link to={to} reloadDocument={document} className={itemClass()}>
    {children}
  </Link>
)

/** Something to do: put it into a form, or give it a dialog to open. */
export const MenuItem = ({
  danger = false,
  children,
  ...rest
}: React.ComponentProps<'button'> & { danger?: boolean }) => (
  <button type="submit" {...rest} className={itemClass(danger)}>
    {children}
  </button>
)

export const MenuHeading = ({ children }: { children: ReactNode }) => (
  <p className="px-2.5 pt-2 pb-1 text-xs font-medium text-muted">{children}</p>
)
export const MenuLine = () => <hr className="-mx-1 my-1 border-line" />
