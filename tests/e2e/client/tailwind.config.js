const named = (name) => ({ DEFAULT: `var(--${name})`, foreground: `var(--${name}-foreground)` });

export default {
  content: ["./index.html", "./src/**/*.jsx", "./node_modules/hazo_chat/dist/**/*.js"],
  theme: {
    extend: {
      borderRadius: {
        lg: "var(--radius)",
        md: "calc(var(--radius) - 2px)",
        sm: "calc(var(--radius) - 4px)",
      },
      colors: {
        background: "var(--background)",
        foreground: "var(--foreground)",
        border: "var(--border)",
        input: "var(--input)",
        ring: "var(--ring)",
        card: named("card"),
        popover: named("popover"),
        primary: named("primary"),
        secondary: named("secondary"),
        muted: named("muted"),
        accent: named("accent"),
        destructive: named("destructive"),
      },
    },
  },
};
