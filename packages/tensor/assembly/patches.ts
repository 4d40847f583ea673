// Patches of an image as rows of a matrix: packed for products, and added back. Rows and columns are offsets in
// bytes (convPlan.ts); four columns at a time, which mostly lie side by side.

/** Offsets of columns from `at` on: as they stand in the table, or for the last few copied, the last one repeated. */
export function columnsAt(table: usize, at: i32, count: i32, wanted: i32, tmp: usize): usize {
  const p = table + ((<usize>at) << 2)
  if (count - at >= wanted) return p
  for (let i = 0; i < wanted; i++)
    store<i32>(tmp + ((<usize>i) << 2), load<i32>(table + ((<usize>min(at + i, count - 1)) << 2)))
  return tmp
}

@inline function offset(table: usize, i: usize): usize {
  return <usize>load<u32>(table + (i << 2))
}

/** n rows of a panel of 16 columns that lie side by side. */
function pack16(p: usize, table: usize, n: i32, to: usize, step: usize): void {
  for (const end = table + ((<usize>n) << 2); table < end; table += 4, to += step) {
    const q = p + <usize>load<u32>(table)
    const a = v128.load(q), b = v128.load(q, 16), c = v128.load(q, 32), d = v128.load(q, 48)
    v128.store(to, a); v128.store(to, b, 16); v128.store(to, c, 32); v128.store(to, d, 48)
  }
}
function pack8(p: usize, table: usize, n: i32, to: usize, step: usize): void {
  for (const end = table + ((<usize>n) << 2); table < end; table += 4, to += step) {
    const q = p + <usize>load<u32>(table)
    const a = v128.load(q), b = v128.load(q, 16)
    v128.store(to, a); v128.store(to, b, 16)
  }
}
function pack4(p: usize, table: usize, n: i32, to: usize, step: usize): void {
  for (const end = table + ((<usize>n) << 2); table < end; table += 4, to += step)
    v128.store(to, v128.load(p + <usize>load<u32>(table)))
}
/** Every second value of eight. */
function packEven(p: usize, table: usize, n: i32, to: usize, step: usize): void {
  for (const end = table + ((<usize>n) << 2); table < end; table += 4, to += step) {
    const q = p + <usize>load<u32>(table)
    v128.store(to, v128.shuffle<f32>(v128.load(q), v128.load(q, 12), 0, 2, 5, 7))
  }
}
/** Two runs, the first of which ends within the four: its values by `mask`. */
function packSplit(p: usize, q: usize, mask: v128, table: usize, n: i32, to: usize, step: usize): void {
  for (const end = table + ((<usize>n) << 2); table < end; table += 4, to += step) {
    const r = <usize>load<u32>(table)
    v128.store(to, v128.bitselect(v128.load(p + r), v128.load(q + r), mask))
  }
}
function packAny(p: usize, c0: usize, c1: usize, c2: usize, c3: usize, table: usize, n: i32, to: usize, step: usize): void {
  for (const end = table + ((<usize>n) << 2); table < end; table += 4, to += step) {
    const q = p + <usize>load<u32>(table)
    const a = load<u32>(q + c0), b = load<u32>(q + c1), c = load<u32>(q + c2), d = load<u32>(q + c3)
    store<u32>(to, a); store<u32>(to, b, 4); store<u32>(to, c, 8); store<u32>(to, d, 12)
  }
}

/** How far four columns are from each other: 4 or 8 bytes each, else 0. */
@inline function pitch(at: usize): usize {
  const c0 = offset(at, 0), d = offset(at, 1) - c0
  return (d == 4 || d == 8) && offset(at, 2) - c0 == d << 1 && offset(at, 3) - c0 == d * 3 ? d : 0
}

/** How many of four columns lie side by side before another run of the others begins; 0 where they lie otherwise. */
@inline function split(at: usize): i32 {
  const c0 = offset(at, 0), c1 = offset(at, 1), c2 = offset(at, 2), c3 = offset(at, 3)
  const a = c1 - c0 == 4, b = c2 - c1 == 4, c = c3 - c2 == 4
  if (c3 < c0 + 12) return 0
  if (a && b) return 3
  if (a && c) return 2
  return b && c ? 1 : 0
}

/** matrix[i, j] = value at p + rowTable[i] + columnTable[j]: n rows, m columns (a multiple of 4), rows `step` bytes apart. */
export function packPatches(p: usize, rowTable: usize, n: i32, columnTable: usize, m: i32, to: usize, step: usize): void {
  while (m > 0) {
    const c0 = offset(columnTable, 0), d = pitch(columnTable)
    let wide = 4
    if (d == 4) {
      // as many as lie side by side
      while (wide < 16 && wide < m && pitch(columnTable + ((<usize>wide) << 2)) == 4 &&
        offset(columnTable, <usize>wide) - c0 == (<usize>wide) << 2) wide += 4
      if (wide == 16) pack16(p + c0, rowTable, n, to, step)
      else if (wide >= 8) { wide = 8; pack8(p + c0, rowTable, n, to, step) }
      else pack4(p + c0, rowTable, n, to, step)
    } else if (d == 8) packEven(p + c0, rowTable, n, to, step)
    else {
      const c3 = offset(columnTable, 3), k = split(columnTable)
      if (k) packSplit(p + c0, p + c3 - 12, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(k)), rowTable, n, to, step)
      else packAny(p, c0, offset(columnTable, 1), offset(columnTable, 2), c3, rowTable, n, to, step)
    }
    m -= wide
    columnTable += (<usize>wide) << 2
    to += (<usize>wide) << 2
  }
}

function add4(from: usize, step: usize, n: i32, p: usize, table: usize): void {
  for (const end = table + ((<usize>n) << 2); table < end; table += 4, from += step) {
    const q = p + <usize>load<u32>(table)
    v128.store(q, f32x4.add(v128.load(q), v128.load(from)))
  }
}
function add1(from: usize, step: usize, n: i32, p: usize, table: usize): void {
  for (const end = table + ((<usize>n) << 2); table < end; table += 4, from += step) {
    const q = p + <usize>load<u32>(table)
    store<f32>(q, load<f32>(q) + load<f32>(from))
  }
}

/** The value at p + rowTable[i] + columnTable[j] += matrix[i, j]: n rows, m columns. */
export function addPatches(from: usize, step: usize, n: i32, m: i32, p: usize, rowTable: usize, columnTable: usize): void {
  while (m > 0) {
    if (m >= 4 && pitch(columnTable) == 4) {
      add4(from, step, n, p + offset(columnTable, 0), rowTable)
      m -= 4
      columnTable += 16
      from += 16
    } else {
      add1(from, step, n, p + offset(columnTable, 0), rowTable)
      m--
      columnTable += 4
      from += 4
    }
  }
}
