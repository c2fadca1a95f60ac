using HaConsole.Web.Operations;

namespace HaConsole.Web.Api;

/// <summary>Carries out commands of the API through the same door as those of pages, so that they are in the audit log, refused ones too.</summary>
internal static class GatedCalls
{
    /// <summary>Carries out a command; what the call throws as a problem is recorded as refused and thrown again.</summary>
    /// <param name="context">The call.</param>
    /// <param name="operation">What is about to be done.</param>
    /// <param name="carryOut">Does it.</param>
    /// <param name="sentence">What came of it, for people.</param>
    public static async Task<T> RunAsync<T>(HttpContext context, Operation operation, Func<Task<T>> carryOut, Func<T, string> sentence)
        where T : class
    {
        var gate = context.RequestServices.GetRequiredService<OperationGate>();
        ApiProblemException? problem = null;
        var result = await gate.RunAsync(HistoryEndpoints.Caller(context), operation, async () =>
        {
            try
            {
                var value = await carryOut().ConfigureAwait(false);
                return new OperationResult<T>(OperationEnd.Done, sentence(value), value);
            }
            catch (ApiProblemException e)
            {
                problem = e;
                return new OperationResult<T>(EndOf(e.Problem.Status), e.Problem.Detail, null);
            }
        }, (end, why) => new OperationResult<T>(end, why, null)).ConfigureAwait(false);
        return result.Value ?? throw problem ?? ApiErrors.Of(StatusCodes.Status403Forbidden, result.Sentence);
    }

    private static OperationEnd EndOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest or StatusCodes.Status422UnprocessableEntity => OperationEnd.Invalid,
        StatusCodes.Status409Conflict => OperationEnd.Refused,
        StatusCodes.Status412PreconditionFailed or StatusCodes.Status428PreconditionRequired => OperationEnd.Conflict,
        _ => OperationEnd.Failed,
    };
}
