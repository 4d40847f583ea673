export { base, setWork, workBytes } from './memory'
export { run } from './run'
