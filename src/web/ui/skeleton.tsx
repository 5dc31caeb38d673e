import { cx } from './cx.ts'

/** The shape of what is coming, for slow panels only. Give it the size of the content. */
export const Skeleton = ({ className }: { className: string }) => (
  <div aria-hidden="true" className={cx('animate-pulse rounded-control bg-line/70', className)} />
)
