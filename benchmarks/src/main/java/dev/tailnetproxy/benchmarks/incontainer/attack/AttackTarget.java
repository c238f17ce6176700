package dev.tailnetproxy.benchmarks.incontainer.attack;

import java.nio.charset.StandardCharsets;

/**
 * Where the target is that helps an attack ({@link HostileTarget}), and the header sections of requests to it.
 *
 * @param address its address in the tailnet
 * @param port its port
 */
public record AttackTarget(String address, int port) {

    /** A whole request without a body. */
    byte[] get(String version, String path, String... lines) {
        return bytes(head("GET", version, path, lines) + "\r\n");
    }

    /** The header section of a POST, and the beginning of its body. */
    byte[] post(String path, int bodyBytes, String... lines) {
        byte[] head = bytes(head("POST", "HTTP/1.1", path, lines) + "\r\n");
        byte[] message = new byte[head.length + bodyBytes];
        System.arraycopy(head, 0, message, 0, head.length);
        return message;
    }

    /** A header section without the empty line that ends it. */
    String head(String method, String version, String path, String... lines) {
        StringBuilder head = new StringBuilder(method + " " + path + " " + version + "\r\nhost: proxy\r\nts-target-ip: "
                + address + "\r\nts-target-port: " + port + "\r\n");
        for (String line : lines) {
            head.append(line).append("\r\n");
        }
        return head.toString();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
