export { finding } from "./en/finding";
