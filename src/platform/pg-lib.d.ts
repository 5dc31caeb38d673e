declare module 'pg/lib/utils.js' {
  const utils: {
    /** The text (or bytes, or null) by which a value is sent. Throws for what has none, such as a circular object. */
    prepareValue(value: unknown): string | Buffer | null
  }
  export default utils
}
