// Postgres types as PostgREST carries them, and check constraints with Postgres's own answers.

type Values = { readonly [column: string]: unknown }
type Operand = (values: Values) => unknown
type Condition = (values: Values) => boolean | null
type Checked = { value: unknown; issues: z.core.$ZodRawIssue[] }

// A number with all its digits: `digits` divided by ten to the power of `scale`.
type Exact = { digits: bigint; scale: number } | "NaN" | "Infinity" | "-Infinity"

const NUMBER = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?\s*$/
const SPECIAL = new Map<string, Exact>([
  ["nan", "NaN"],
  ["infinity", "Infinity"],
  ["+infinity", "Infinity"],
  ["inf", "Infinity"],
  ["+inf", "Infinity"],
  ["-infinity", "-Infinity"],
  ["-inf", "-Infinity"],
])

function exact(value: unknown): Exact | null {
  if (value === null || value === undefined) return null
  const text = String(value)
  const special = SPECIAL.get(text.trim().toLowerCase())
  if (special) return special
  const found = NUMBER.exec(text)
  if (!found || !((found[2] ?? "") + (found[3] ?? ""))) return null
  const exponent = Number(found[4] ?? 0)
  const scale = (found[3] ?? "").length - exponent
  if (Math.abs(exponent) > 20_000) return null
  const digits = BigInt((found[2] ?? "") + (found[3] ?? "")) * (found[1] === "-" ? -1n : 1n)
  return scale < 0 ? { digits: digits * 10n ** BigInt(-scale), scale: 0 } : { digits, scale }
}

/** The exact value of a number that the code has written out. */
function number(text: string): Exact {
  return exact(text) ?? "NaN"
}

function orderOfNumbers(left: Exact, right: Exact): number {
  // To Postgres NaN equals itself and is greater than every number.
  const rank = (value: Exact) =>
    value === "NaN" ? 3 : value === "Infinity" ? 2 : value === "-Infinity" ? 0 : 1
  if (typeof left === "string" || typeof right === "string") return rank(left) - rank(right)
  const scale = Math.max(left.scale, right.scale)
  const a = left.digits * 10n ** BigInt(scale - left.scale)
  const b = right.digits * 10n ** BigInt(scale - right.scale)
  return a < b ? -1 : a > b ? 1 : 0
}

const isExact = (value: unknown): value is Exact =>
  typeof value === "object" || typeof value === "string"

/** -1, 0 or 1; null where one is null, or where only the database can tell. */
function order(left: unknown, right: unknown, numbers: boolean): number | null {
  if (left === null || left === undefined || right === null || right === undefined) return null
  if (numbers) return isExact(left) && isExact(right) ? orderOfNumbers(left, right) : null
  const [a, b] = [left, right] as [string, string]
  return a < b ? -1 : a > b ? 1 : 0
}

const DATE = /^(\d{4,})-(\d\d)-(\d\d)/
const TIME = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6})\d*)?)?/
const ZONE = /^(?:Z|([+-])(\d\d)(?::?(\d\d))?(?::?(\d\d))?)$/i

/** Microseconds since 1970 and whether a time zone was given; null where it is no such time. */
function moment(text: string): { at: bigint | number; zoned: boolean } | null {
  if (/^-?infinity$/i.test(text))
    return { at: text.startsWith("-") ? -Infinity : Infinity, zoned: true }
  const before = / BC$/i.test(text)
  let rest = text.replace(/ BC$/i, "")
  const date = DATE.exec(rest)
  if (!date) return null
  const year = before ? 1 - Number(date[1]) : Number(date[1])
  const [month, day] = [Number(date[2]), Number(date[3])]
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  if (days === undefined || day < 1 || day > days || Number(date[1]) === 0) return null
  rest = rest.slice(date[0].length)
  const midnight = BigInt(daysSince1970(year, month, day)) * 86_400_000_000n
  if (!rest) return { at: midnight, zoned: false }
  const found = clock(rest.replace(/^[T ]/i, ""))
  return found && { at: midnight + found.at, zoned: found.zoned }
}

function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const inEra = y - era * 400
  const inYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return (
    era * 146_097 + inEra * 365 + Math.floor(inEra / 4) - Math.floor(inEra / 100) + inYear - 719_468
  )
}

function clock(text: string): { at: bigint; zoned: boolean } | null {
  const time = TIME.exec(text)
  if (!time) return null
  const [hours, minutes, seconds] = [Number(time[1]), Number(time[2]), Number(time[3] ?? 0)]
  const fraction = BigInt((time[4] ?? "").padEnd(6, "0"))
  const at = BigInt((hours * 60 + minutes) * 60 + seconds) * 1_000_000n + fraction
  if (minutes > 59 || seconds > 60 || at > 86_400_000_000n) return null
  const rest = text.slice(time[0].length).trim()
  if (!rest) return { at, zoned: false }
  const zone = ZONE.exec(rest)
  if (!zone) return null
  const offset = (Number(zone[2] ?? 0) * 60 + Number(zone[3] ?? 0)) * 60 + Number(zone[4] ?? 0)
  return { at: at - BigInt(zone[1] === "-" ? -offset : offset) * 1_000_000n, zoned: true }
}

// A zone is read past where the type has none, and without one only the session's tells the instant.
const withoutZone = (text: string) =>
  text.replace(/(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(?:Z|[+-]\d\d(?::?\d\d)*)$/i, "$1")
const local = (value: unknown) => moment(withoutZone(String(value)))?.at ?? null
const day = (value: unknown) =>
  moment(
    withoutZone(String(value))
      .slice(0, 200)
      .replace(/[T ]\d\d:.*$/i, ""),
  )?.at ?? null
const timeOfDay = (value: unknown) => clock(withoutZone(String(value)))?.at ?? null
function instant(value: unknown): bigint | number | null {
  const found = moment(String(value))
  return found?.zoned ? found.at : null
}
const uuidOf = (value: unknown) => String(value).toLowerCase().replace(/[{}-]/g, "")

// Conditions on the columns of a row, with SQL's three truth values. Those of numbers take what `exact` gives.

const field =
  (name: string, read: (value: unknown) => unknown = (value) => value): Operand =>
  (values) => {
    const value = Object.hasOwn(values, name) ? values[name] : null
    return value === null || value === undefined ? null : read(value)
  }
const constant =
  (value: unknown): Operand =>
  () =>
    value

const either =
  (...conditions: Condition[]): Condition =>
  (values) => {
    const truths = conditions.map((condition) => condition(values))
    return truths.includes(true) ? true : truths.includes(null) ? null : false
  }
const both =
  (...conditions: Condition[]): Condition =>
  (values) => {
    const truths = conditions.map((condition) => condition(values))
    return truths.includes(false) ? false : truths.includes(null) ? null : true
  }
const negation =
  (condition: Condition): Condition =>
  (values) => {
    const truth = condition(values)
    return truth === null ? null : !truth
  }
const isNull =
  (operand: Operand): Condition =>
  (values) =>
    operand(values) === null
const truth =
  (operand: Operand): Condition =>
  (values) =>
    operand(values) as boolean | null

type Operator = "<" | "<=" | "=" | "<>" | ">=" | ">"
const compared =
  (left: Operand, operator: Operator, right: Operand, numbers: boolean): Condition =>
  (values) => {
    const found = order(left(values), right(values), numbers)
    if (found === null) return null
    const answers = {
      "<": found < 0,
      "<=": found <= 0,
      "=": found === 0,
      "<>": found !== 0,
      ">=": found >= 0,
      ">": found > 0,
    }
    return answers[operator]
  }
const compare = (left: Operand, operator: Operator, right: Operand) =>
  compared(left, operator, right, false)
const compareNumbers = (left: Operand, operator: Operator, right: Operand) =>
  compared(left, operator, right, true)

function unlessNull<T>(
  operand: Operand,
  compute: (value: never) => T,
): (values: Values) => T | null {
  return (values) => {
    const value = operand(values)
    return value === null || value === undefined ? null : compute(value as never)
  }
}
const within = (operand: Operand, choices: readonly unknown[]): Condition =>
  unlessNull(operand, (value: unknown) => choices.some((choice) => isEqual(value, choice)))
const subset = (operand: Operand, choices: readonly unknown[]): Condition =>
  unlessNull(operand, (items: unknown[]) =>
    flat(items).every((item) => choices.some((choice) => isEqual(item, choice))),
  )
const matches = (operand: Operand, pattern: RegExp): Condition =>
  unlessNull(operand, (text: string) => pattern.test(text))

function isEqual(value: unknown, choice: unknown): boolean {
  if (typeof choice === "object" && choice !== null) return order(value, choice, true) === 0
  return value === choice
}
const flat = (items: unknown[]): unknown[] => items.flat(Infinity as 1)
const count = (number: number): Exact => ({ digits: BigInt(number), scale: 0 })

// JavaScript counts the halves of some characters, Postgres characters.
const lengthOf = (operand: Operand) =>
  unlessNull(operand, (text: string) => count([...text].length))
const octetLength = (operand: Operand) => unlessNull(operand, (text: string) => count(octets(text)))
const byteLength = (operand: Operand) =>
  unlessNull(operand, (text: string) => count(bytesOf(text) ?? 0))
const trimmed = (operand: Operand) =>
  unlessNull(operand, (text: string) => text.replace(/^ +/, "").replace(/ +$/, ""))
const cardinality = (operand: Operand) =>
  unlessNull(operand, (items: unknown[]) => count(flat(items).length))
const arrayLength = (operand: Operand) =>
  unlessNull(operand, (items: unknown[]) => (items.length ? count(items.length) : null))
const jsonType = (operand: Operand) =>
  unlessNull(operand, (value: unknown) => (Array.isArray(value) ? "array" : typeof value))
const countSet =
  (...operands: Operand[]): Operand =>
  (values) =>
    count(operands.filter((o) => o(values) !== null).length)
const countNull =
  (...operands: Operand[]): Operand =>
  (values) =>
    count(operands.filter((o) => o(values) === null).length)

function octets(text: string): number {
  let total = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    total += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return total
}

/** How many bytes a bytea's text stands for; null where it is none. */
function bytesOf(text: string): number | null {
  if (text.startsWith("\\x"))
    return /^(?:\s*[0-9a-f]{2})*\s*$/i.test(text.slice(2))
      ? text.slice(2).replace(/\s/g, "").length / 2
      : null
  if (!/^(?:[^\\]|\\\\|\\[0-3][0-7]{2})*$/.test(text)) return null
  return octets(text.replace(/\\(?:\\|[0-3][0-7]{2})/g, "x"))
}

// Checks of values and of rows

function issue(checked: Checked, message: string) {
  checked.issues.push({ code: "custom", message, input: checked.value })
}
const violates = (constraint: string) => `violates check constraint ${constraint}`

/** A constraint of one column, or of a domain. */
const holds = (constraint: string, column: string, condition: Condition) => (checked: Checked) => {
  if (condition({ [column]: checked.value }) === false) issue(checked, violates(constraint))
}
/** A constraint of a row; it waits for the columns whose values the database has: those left out, `nulls` aside. */
const rowHolds =
  (
    constraint: string,
    columns: readonly string[],
    nulls: readonly string[],
    condition: Condition,
  ) =>
  (checked: Checked) => {
    const row = checked.value as Values
    const isKnown = (column: string) =>
      nulls.includes(column) || (Object.hasOwn(row, column) && row[column] !== undefined)
    if (columns.every(isKnown) && condition(row) === false) issue(checked, violates(constraint))
  }

function checked<S extends z.ZodType>(schema: S, ...checks: ((checked: Checked) => void)[]): S {
  return schema.check(...checks)
}
/** The schema with its table's comment, and the checks that only the database enforces. */
function about<S extends z.ZodType>(
  known: { description?: string; unchecked?: Record<string, string> },
  schema: S,
): S {
  return schema.meta(known)
}

const isSuch = (message: string, test: (value: string) => boolean) => (checked: Checked) => {
  if (!test(String(checked.value))) issue(checked, message)
}
/** varchar(length) and char(length): longer passes where the rest is spaces. */
const atMost = (length: number) =>
  isSuch(`at most ${length} characters`, (text) => !/[^ ]/u.test([...text].slice(length).join("")))

/** The number as numeric(precision, scale) keeps it: halves go away from zero. */
function rounded(scale: number): (value: unknown) => Exact | null {
  return (value) => {
    const found = exact(value)
    if (found === null || typeof found === "string") return found
    const excess = found.scale - scale
    if (excess <= 0) return { digits: found.digits * 10n ** BigInt(-excess), scale }
    const [unit, size] = [10n ** BigInt(excess), found.digits < 0n ? -found.digits : found.digits]
    const digits = (size * 2n + unit) / (2n * unit)
    return { digits: found.digits < 0n ? -digits : digits, scale }
  }
}

/** numeric(precision, scale): rounded, then held to the precision. */
const digits = (precision: number, scale: number) =>
  isSuch(`at most ${precision - scale} digits before the decimal point`, (text) => {
    const value = rounded(scale)(text)
    if (value === null || typeof value === "string") return value === "NaN"
    return (value.digits < 0n ? -value.digits : value.digits) < 10n ** BigInt(precision)
  })

const whole = (low: bigint, high: bigint) =>
  isSuch("not a whole number in range", (text) => {
    const value = exact(text)
    if (
      value === null ||
      typeof value === "string" ||
      value.digits % 10n ** BigInt(value.scale) !== 0n
    )
      return false
    const number = value.digits / 10n ** BigInt(value.scale)
    return low <= number && number <= high
  })
// What JSON.parse gives, infinity for 1e400 included.
const isJson = (value: unknown) => ["string", "number", "boolean", "object"].includes(typeof value)
const INTEGER = /^\s*[+-]?\d+\s*$/
const isNumber = isSuch("not a number", (text) => exact(text) !== null)
const UUID = /^(?:\{(?:[0-9a-f]{4}-?){7}[0-9a-f]{4}\}|(?:[0-9a-f]{4}-?){7}[0-9a-f]{4})$/i
const INTERVAL =
  /^(?:[+-]?P(?=.)(?:[+-]?\d+(?:\.\d+)?[YMWD])*(?:T(?:[+-]?\d+(?:\.\d+)?[HMS])*)?|(?=.)(?:[+-]?\d+ years? ?)?(?:[+-]?\d+ mons? ?)?(?:[+-]?\d+ days? ?)?(?:[+-]?\d+:\d\d:\d\d(?:\.\d+)?)?)$/
const RANGE =
  /^\s*(?:empty|[[(](?:"(?:[^"\\]|\\.|"")*"|\\.|[^"\\,])*,(?:"(?:[^"\\]|\\.|"")*"|\\.|[^"\\])*[\])])\s*$/i

const pg = {
  int2: z.number().check(whole(-32_768n, 32_767n)),
  int4: z.number().check(whole(-2_147_483_648n, 2_147_483_647n)),
  // JavaScript's numbers lose digits beyond 2^53; text has them all.
  int8: z.union([z.number(), z.string().regex(INTEGER)]).check(whole(-(2n ** 63n), 2n ** 63n - 1n)),
  int8Read: z.number(),
  oid: z.union([z.number(), z.string().regex(INTEGER)]).check(whole(0n, 2n ** 32n - 1n)),
  numeric: z.union([z.number(), z.string()]).check(isNumber),
  float: z.union([z.number(), z.enum(["NaN", "Infinity", "-Infinity"])]),
  uuid: z.string().regex(UUID),
  bytea: z.string().check(isSuch("not a bytea", (text) => bytesOf(text) !== null)),
  date: z.string().check(isSuch("not a date", (text) => day(text) !== null)),
  time: z.string().check(isSuch("not a time", (text) => timeOfDay(text) !== null)),
  timestamp: z.string().check(isSuch("not a timestamp", (text) => moment(text) !== null)),
  interval: z.string().regex(INTERVAL),
  range: z.string().regex(RANGE),
  multirange: z.string().regex(/^\s*\{.*\}\s*$/s),
  inet: z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]),
  hstore: z.record(z.string(), z.string().nullable()),
  json: z.custom<z.core.util.JSONType>(isJson),
  either,
  both,
  negation,
  isNull,
  truth,
  compare,
  compareNumbers,
  within,
  subset,
  matches,
  field,
  constant,
  exact,
  rounded,
  number,
  local,
  day,
  timeOfDay,
  instant,
  uuidOf,
  lengthOf,
  octetLength,
  byteLength,
  trimmed,
  cardinality,
  arrayLength,
  jsonType,
  countSet,
  countNull,
  holds,
  rowHolds,
  atMost,
  digits,
  checked,
  about,
  jsonNotNull: z.custom<z.core.util.JSONType>(isJson).check((checked) => {
    if (checked.value === null) issue(checked, "this column cannot be null")
  }),
}
