// The query string becomes the component's props, so that a test chooses group, reference and pace by address.
import { createRoot } from "react-dom/client";
import { HazoChat } from "hazo_chat";
import "./page.css";

const NUMBERS = ["polling_interval", "messages_per_page"];

const props = Object.fromEntries(
  [...new URLSearchParams(window.location.search)].map(([name, value]) => [
    name,
    NUMBERS.includes(name) ? Number(value) : value,
  ]),
);

createRoot(document.getElementById("root")).render(
  <div className="h-screen p-4">
    <HazoChat {...props} />
  </div>,
);
