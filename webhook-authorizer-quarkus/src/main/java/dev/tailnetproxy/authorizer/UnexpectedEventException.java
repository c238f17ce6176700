package dev.tailnetproxy.authorizer;

/** An event that is not what API Gateway sends to this authorizer. */
final class UnexpectedEventException extends RuntimeException {

    private final String problem;

    /** @param problem a sentence without any value of the event */
    UnexpectedEventException(String problem) {
        super(problem);
        this.problem = problem;
    }

    String problem() {
        return problem;
    }
}
