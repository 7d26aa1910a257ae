export { directory } from "./en/directory";
