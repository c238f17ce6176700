package dev.tailnetproxy.proxy.policy;

import java.util.Random;

/** Ways of writing an address. */
final class AddressSpellings {

    private AddressSpellings() {}

    /** A spelling that RFC 4291 or the strict dotted form allows; IPv4 also as an IPv4-mapped IPv6 address. */
    static String standard(byte[] address, Random random) {
        String plain;
        if (address.length == 4) {
            String dotted = dotted(address, ".");
            String hex = "%x:%x".formatted(group(address, 0), group(address, 2));
            plain = switch (random.nextInt(4)) {
                case 0 -> "::ffff:" + dotted;
                case 1 -> "::FFFF:" + hex;
                case 2 -> "0:0:0:0:0:ffff:" + hex;
                default -> dotted;
            };
        } else {
            StringBuilder text = new StringBuilder();
            boolean padded = random.nextBoolean();
            for (int i = 0; i < 16; i += 2) {
                text.append(i == 0 ? "" : ":").append((padded ? "%04x" : "%x").formatted(group(address, i)));
            }
            plain = random.nextBoolean() ? text.toString().replaceFirst("^0+:0+:", "::") : text.toString();
        }
        return plain.indexOf(':') >= 0 && random.nextBoolean() ? "[" + plain + "]" : plain;
    }

    /** A spelling that some resolver takes for the IPv4 address, or that only looks like one. */
    static String nonStandard(byte[] a, Random random) {
        long all = (long) group(a, 0) << 16 | group(a, 2);
        String dotted = dotted(a, ".");
        return switch (random.nextInt(14)) {
            case 0 -> Long.toString(all);
            case 1 -> "0x%x".formatted(all);
            case 2 -> "0%o".formatted(all);
            case 3 -> "%d.%d".formatted(a[0] & 0xff, all & 0xffffff);
            case 4 -> "%d.%d.%d".formatted(a[0] & 0xff, a[1] & 0xff, all & 0xffff);
            case 5 -> "0x%x.%d.%d.%d".formatted(a[0] & 0xff, a[1] & 0xff, a[2] & 0xff, a[3] & 0xff);
            case 6 -> "0%o.%d.%d.%d".formatted(a[0] & 0xff, a[1] & 0xff, a[2] & 0xff, a[3] & 0xff);
            case 7 -> "%d.%d.%d.0x%x".formatted(a[0] & 0xff, a[1] & 0xff, a[2] & 0xff, a[3] & 0xff);
            case 8 -> dotted + ".";
            case 9 -> "[" + dotted + "]";
            case 10 -> dotted(a, "\u3002");
            case 11 -> "::ffff:" + dotted + "%eth0";
            case 12 -> dotted + "\u0000.tailnet.test";
            default -> dotted + "\r\nhost: x";
        };
    }

    /** A form of the IPv4 address, or of an IPv6 address that carries it. */
    static String embedding(byte[] a, Random random) {
        String hex = "%x:%x".formatted(group(a, 0), group(a, 2));
        String site = "%x".formatted(random.nextInt(0x10000));
        return switch (random.nextInt(12)) {
            case 0 -> "::" + dotted(a, ".");
            case 1 -> "::ffff:0:" + hex;
            case 2 -> "64:ff9b::" + dotted(a, ".");
            case 3 -> "64:ff9b:1:" + site + "::" + hex;
            case 4 -> "64:ff9b:1:%x:%x:%x::".formatted(group(a, 0), a[2] & 0xff, (a[3] & 0xff) << 8);
            case 5 -> "64:ff9b:1:%x:%x:%x::".formatted(a[0] & 0xff, a[1] & 0xff, group(a, 2));
            case 6 -> "64:ff9b:1:%s:%x:%x:%x:0".formatted(site, a[0] & 0xff, group(a, 1), (a[3] & 0xff) << 8);
            case 7 -> "fd7a:115c:a1e0:b1a:0:" + site + ":" + hex;
            case 8 -> "2002:" + hex + ":" + site + "::1";
            case 9 -> "2001:0:4136:e378:8000:%s:%x:%x".formatted(site, group(a, 0) ^ 0xffff, group(a, 2) ^ 0xffff);
            case 10 -> "2001:db8:" + site + ":1:" + (random.nextBoolean() ? "0" : "200") + ":5efe:" + hex;
            default -> standard(a, random);
        };
    }

    private static int group(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
    }

    private static String dotted(byte[] a, String dot) {
        return (a[0] & 0xff) + dot + (a[1] & 0xff) + dot + (a[2] & 0xff) + dot + (a[3] & 0xff);
    }
}
